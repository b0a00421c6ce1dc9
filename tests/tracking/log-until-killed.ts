import { begin, points, testTracker } from './harness.ts';

/** Logs a metric step by step until killed, saying the run's id and then each step that is on disk. */
async function main(dir: string, uri: string): Promise<void> {
  const run = await testTracker(dir, uri === '' ? {} : { uri }).tracker.startRun(begin());
  process.stdout.write(`${run.id}\n`);
  for (let step = 0; ; step++) {
    run.logMetrics(points('loss', step, step + 1));
    run.logMetrics(points('loss/id', step, step + 1));
    if (step % 3 !== 0) continue;
    await run.flush();
    process.stdout.write(`${step}\n`);
  }
}

await main(process.argv[2], process.argv[3]);
