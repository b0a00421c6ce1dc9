import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { listLocalRuns, localHistory } from '../../lib/tracking/filestore/local-run.ts';
import { pushRuns } from '../../lib/tracking/push/push-runs.ts';
import { fastClock } from './fast-clock.ts';
import { fakeMlflow } from './fake-mlflow.ts';
import { begin, points, scratch, testTracker } from './harness.ts';

const child = fileURLToPath(new URL('log-until-killed.ts', import.meta.url));

/** Runs a process that logs steps without end and kills it; gives the run's id and the last step it knew to be on disk. */
function logUntilKilled(dir: string, uri: string, ms: number): Promise<{ id: string; flushed: number }> {
  return new Promise((resolve, reject) => {
    const process = spawn('node', ['--import', 'tsx', child, dir, uri], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    process.stdout.on('data', (chunk: Buffer) => {
      if (said === '') setTimeout(() => process.kill('SIGKILL'), ms);
      said += chunk.toString();
    });
    process.on('error', reject);
    process.on('exit', () => {
      const lines = said.slice(0, said.lastIndexOf('\n')).split('\n');
      resolve({ id: lines[0], flushed: Number(lines[lines.length - 1]) });
    });
  });
}

test('a folder run killed at any moment holds all that was flushed, whole lines only, and goes on', async (t) => {
  const dir = await scratch(t);
  const { id, flushed } = await logUntilKilled(dir, '', 150);
  assert.ok(flushed >= 0, 'it got to log something');
  const [killed] = await listLocalRuns(join(dir, 'mlruns'));
  assert.equal(killed.status, 'RUNNING');
  assert.match(await readFile(join(killed.dir, 'metrics/loss'), 'utf8'), /^(\d+ [\d.]+ \d+\n)+$/);
  assert.ok((await localHistory(killed, 'loss')).length > flushed);
  const { tracker, problems } = testTracker(dir);
  const run = await tracker.resumeRun(id, flushed, begin());
  run.logMetrics(points('loss', flushed + 1, flushed + 50));
  await run.end('FINISHED', 1);
  const [resumed] = await listLocalRuns(join(dir, 'mlruns'));
  assert.deepEqual((await localHistory(resumed, 'loss')).map((p) => p[3]), Array.from({ length: flushed + 50 }, (_, i) => i));
  assert.deepEqual(problems, []);
});

test('a server run killed at any moment is sent whole by the next process', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  const { id, flushed } = await logUntilKilled(dir, server.uri, 150);
  const run = await testTracker(dir, { uri: server.uri }).tracker.resumeRun(id, flushed, begin());
  run.logMetrics(points('loss', flushed + 1, flushed + 50));
  await run.end('FINISHED', 1);
  const [there, ...others] = server.store.byKey(id);
  assert.equal(others.length, 0);
  const steps = [...there.metrics.get('loss')!].map((line) => Number(line.split(' ')[1]));
  assert.ok(steps.length >= flushed + 50);
  assert.deepEqual(steps, steps.map((_, i) => i), 'each step once, in order');
  const { spools } = await pushRuns(dir, server.uri, { clock: fastClock(), onProblem: () => undefined });
  assert.deepEqual(spools.map((s) => s.outcome), ['done']);
});
