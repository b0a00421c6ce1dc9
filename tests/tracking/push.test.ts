import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Diagnostic } from '../../lib/diagnostics/diagnostic.ts';
import type { PushResult } from '../../lib/tracking/push/push-runs.ts';
import { parentsFirst, pushRuns } from '../../lib/tracking/push/push-runs.ts';
import type { FakeMlflow } from './fake-mlflow.ts';
import { fakeMlflow } from './fake-mlflow.ts';
import { fastClock } from './fast-clock.ts';
import { begin, points, scratch, testTracker } from './harness.ts';

const push = (dir: string, server: FakeMlflow, problems: Diagnostic[] = []): Promise<PushResult> =>
  pushRuns(dir, server.uri, { clock: fastClock(), onProblem: (p) => problems.push(p) });

const added = ({ runs }: PushResult): number => runs.reduce((sum, r) => sum + r.points + r.params + r.tags + r.artifacts + Number(r.created), 0);

async function study(dir: string): Promise<{ parent: string; child: string }> {
  const { tracker } = testTracker(dir);
  const child0 = begin({ name: 'variant', startTime: 1_600_000_000_000, params: { lr: 1, 'w[0]': 2 } });
  const parent = await tracker.startRun(begin({ name: 'study' }));
  const child = await tracker.startRun({ ...child0, parent: parent.id });
  child.logMetrics([...points('loss', 0, 30), { key: 'loss/id', value: Infinity, step: 1, timestamp: 2 }, { key: 'n', value: NaN, step: 1, timestamp: 2 }]);
  child.logInputs({ name: 'faces', digest: 'd', sourceType: 'code', source: '{}' });
  await mkdir(join(dir, 'out'), { recursive: true });
  await writeFile(join(dir, 'out/grid 1.txt'), 'grid');
  await child.logArtifact(join(dir, 'out'));
  await writeFile(join(dir, 'a#b _x0023_.txt'), 'odd');
  await child.logArtifact(join(dir, 'a#b _x0023_.txt'));
  await child.end('FINISHED', 1_600_000_005_000);
  await parent.end('FAILED', 1_700_000_001_000);
  return { parent: parent.id, child: child.id };
}

test('local runs are pushed whole: nesting, times, params, tags, histories, data sets, artifacts', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  const ids = await study(dir);
  const { runs } = await push(dir, server);
  assert.deepEqual(runs.map((r) => [r.name, r.created]), [['study', true], ['variant', true]]);
  const [parent] = server.store.byKey(ids.parent);
  const [child] = server.store.byKey(ids.child);
  assert.equal(child.tags.get('mlflow.parentRunId'), parent.id);
  assert.deepEqual([child.status, child.startTime, child.endTime, parent.status], ['FINISHED', 1_600_000_000_000, 1_600_000_005_000, 'FAILED']);
  assert.equal(child.metrics.get('loss')?.size, 30);
  assert.deepEqual([...child.metrics.get('loss/id')!, ...child.metrics.get('n')!], ['2 1 Infinity', '2 1 NaN']);
  assert.deepEqual(Object.fromEntries(child.params), { lr: '1', w_x005B_0_x005D_: '2' });
  assert.equal(child.inputs.length, 1);
  assert.equal(server.store.artifacts.get(`1/${child.id}/artifacts/out/grid 1.txt`)?.toString(), 'grid');
  assert.equal(server.store.artifacts.get(`1/${child.id}/artifacts/a_x0023_b _x005F_x0023_.txt`)?.toString(), 'odd');
});

test('a second push adds nothing; a third adds just what is new, a changed file of the same size included', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  const ids = await study(dir);
  await push(dir, server);
  const received = server.store.byKey(ids.child)[0].received;
  assert.equal(added(await push(dir, server)), 0);
  assert.equal(server.store.byKey(ids.child)[0].received, received);
  assert.equal(server.store.runs.size, 2);
  const again = await testTracker(dir).tracker.resumeRun(ids.child, 29, begin({ name: 'variant', parent: ids.parent }));
  again.logMetrics(points('loss', 30, 40));
  await writeFile(join(dir, 'out/grid 1.txt'), 'GRID');
  await again.logArtifact(join(dir, 'out'));
  await again.end('FINISHED', 1_600_000_009_000);
  const { runs } = await push(dir, server);
  assert.deepEqual(runs.map((r) => [r.name, r.points, r.params, r.artifacts]), [['study', 0, 0, 0], ['variant', 10, 0, 2]]);
  const [child] = server.store.byKey(ids.child);
  assert.deepEqual([child.metrics.get('loss')?.size, child.endTime], [40, 1_600_000_009_000]);
  assert.equal(server.store.artifacts.get(`1/${child.id}/artifacts/out/grid 1.txt`)?.toString(), 'GRID');
});

test('a push that breaks off says so, and the next one goes on', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  const ids = await study(dir);
  for (let broken = 1; broken <= 14; broken += 3) {
    const from = server.log.length;
    server.mode = (index) => (index - from < broken ? 'ok' : 'lost-reset');
    await push(dir, server).catch((error: Error) => assert.match(error.message, /did not take the runs.*goes on where this stopped/));
  }
  server.mode = () => 'ok';
  await push(dir, server);
  assert.equal(server.store.runs.size, 2);
  assert.equal(server.store.byKey(ids.child)[0].metrics.get('loss')?.size, 30);
  assert.equal(added(await push(dir, server)), 0);
});

test('a folder without runs, and a server that is no server, are errors that say so', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  await assert.rejects(push(dir, server), /no runs in .*: expected a folder with mlruns\/ or mlflow-spool\//);
  await study(dir);
  await assert.rejects(pushRuns(dir, 'mlruns', { clock: fastClock(), onProblem: () => undefined }), /expected http:/);
  server.mode = () => '401';
  await assert.rejects(push(dir, server), /401 UNAUTHENTICATED set MLFLOW_TRACKING_USERNAME/);
});

test('a run deleted on the server stays deleted, and the others are pushed', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  const ids = await study(dir);
  await push(dir, server);
  server.store.byKey(ids.parent)[0].deleted = true;
  const problems: Diagnostic[] = [];
  const { runs } = await push(dir, server, problems);
  assert.deepEqual(runs.map((r) => r.name), ['variant']);
  assert.equal(problems.length, 1);
  assert.match(problems[0].message, /"study".*is deleted on the server/);
});

test('parents come before children, and no chain of parents, not even a ring, loses a run', () => {
  fc.assert(fc.property(fc.array(fc.option(fc.nat(12), { nil: undefined }), { maxLength: 12 }), (parents) => {
    const runs = parents.map((parent, i) => ({ id: String(i), parent: parent === undefined ? undefined : String(parent) }));
    const order = parentsFirst(runs);
    assert.deepEqual(new Set(order), new Set(runs));
    const ringed = (run: (typeof runs)[number]): boolean => {
      for (let at: typeof run | undefined = run, hops = 0; at !== undefined; at = runs.find((r) => r.id === at?.parent)) if (hops++ > 12) return true;
      return false;
    };
    for (const run of runs) if (!ringed(run) && runs[Number(run.parent)]) assert.ok(order.indexOf(runs[Number(run.parent)]) < order.indexOf(run));
  }));
});
