import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeHttp } from '../../lib/tracking/rest/http.ts';
import { pushRuns } from '../../lib/tracking/push/push-runs.ts';
import { fastClock } from './fast-clock.ts';
import type { Mode } from './fake-mlflow.ts';
import { fakeMlflow } from './fake-mlflow.ts';
import { begin, scratch, testTracker } from './harness.ts';

const mode = fc.constantFrom<Mode>('ok', 'ok', '500', '429', 'reset', 'lost-500', 'lost-reset', 'html', 'slow', '401');

type Act =
  | { do: 'log'; key: string; value: number }
  | { do: 'tag'; value: string }
  | { do: 'flush' }
  | { do: 'restart'; back: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('log' as const), key: fc.constantFrom('loss', 'loss/id', 'w[0]'), value: fc.double() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tag' as const), value: fc.string() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), back: fc.nat(3) }) },
);

const shown = (value: number): string => (Number.isNaN(value) ? 'NaN' : String(value === 0 ? 0 : value));

test('whatever fails, and however often the process starts again, the server ends with what was logged, once', async (t) => {
  const root = await scratch(t);
  let count = 0;
  await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), fc.array(mode, { maxLength: 60 }), async (acts, modes) => {
    const dir = join(root, String(count++));
    const server = await fakeMlflow();
    server.mode = (index) => modes[index] ?? 'ok';
    const options = { uri: server.uri, retry: { attempts: 2, baseMs: 1, maxMs: 2 } };
    try {
      let { tracker } = testTracker(dir, options);
      const start = begin({ params: { lr: 1 } });
      let run = await tracker.startRun(start);
      const logged = new Map<string, string>();
      const values: Act[] = [];
      let tag: string | undefined;
      // Like training: step n logs act n, and a restart repeats the steps since the last checkpoint with the same values.
      const logStep = (step: number): void => {
        const done = values[step];
        if (done.do !== 'log') return;
        run.logMetrics([{ key: done.key, value: done.value, step, timestamp: 1000 + step }]);
        logged.set(`${done.key.replace('[0]', '_x005B_0_x005D_')} ${step}`, shown(done.value));
      };
      for (const next of acts) {
        if (next.do === 'log') logStep(values.push(next) - 1);
        if (next.do === 'tag') run.setTags({ note: (tag = next.value) });
        if (next.do === 'flush') await run.flush();
        if (next.do === 'restart') {
          await tracker.close();
          ({ tracker } = testTracker(dir, options));
          const from = Math.max(0, values.length - next.back);
          run = await tracker.resumeRun(run.id, from - 1, start);
          for (let step = from; step < values.length; step++) logStep(step);
        }
      }
      await run.end('FINISHED', 77);
      await tracker.close();
      server.mode = () => 'ok';
      const { spools } = await pushRuns(dir, server.uri, { clock: fastClock(), onProblem: () => undefined });
      assert.deepEqual(spools.map((s) => s.outcome), ['done']);
      const [there, ...others] = server.store.byKey(run.id);
      assert.equal(others.length, 0, 'one run');
      const got = [...there.metrics].flatMap(([key, lines]) => [...lines].map((line) => [`${key} ${line.split(' ')[1]}`, line.split(' ')[2]]));
      assert.deepEqual(got.sort(), [...logged].map(([at, value]) => [at, value]).sort());
      assert.deepEqual([there.status, there.endTime, there.params.get('lr')], ['FINISHED', 77, '1']);
      if (tag !== undefined) assert.equal(there.tags.get('note'), tag.replace(/\p{Surrogate}/gu, '\ufffd'));
      assert.ok(!(await readFile(join(dir, 'mlflow-spool', run.id, 'journal.jsonl'), 'utf8')).includes('undefined'));
    } finally {
      await server.close();
    }
  }), { numRuns: 60 });
});

test('logging returns at once while a server says nothing', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  server.mode = () => 'silent';
  const http = nodeHttp(300);
  const { tracker, problems } = testTracker(dir, { uri: server.uri, http, retry: { attempts: 1, baseMs: 1, maxMs: 1 } });
  const run = await tracker.startRun(begin());
  const before = process.hrtime.bigint();
  for (let step = 0; step < 20_000; step++) run.logMetrics([{ key: 'loss', value: step, step, timestamp: step }]);
  await run.flush();
  const ms = Number(process.hrtime.bigint() - before) / 1e6;
  await run.end('KILLED', 1);
  await tracker.close();
  const { spools } = await (server.mode = () => 'ok', pushRuns(dir, server.uri, { clock: fastClock(), onProblem: () => undefined }));
  assert.deepEqual(spools.map((s) => s.outcome), ['done']);
  assert.equal(server.store.byKey(run.id)[0].metrics.get('loss')?.size, 20_000);
  assert.deepEqual(problems.map((p) => p.code), ['tracking/server-away']);
  t.diagnostic(`20 000 points logged and flushed in ${ms.toFixed(0)} ms`);
});
