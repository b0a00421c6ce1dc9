import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeDisk } from '../../lib/tracking/disk.ts';
import { listExperiments } from '../../lib/tracking/filestore/experiment.ts';
import { listLocalRuns, localArtifacts, localDatasets, localHistory } from '../../lib/tracking/filestore/local-run.ts';
import type { LocalRun } from '../../lib/tracking/filestore/local-run.ts';
import { begin, points, scratch, testTracker } from './harness.ts';

async function onlyRun(dir: string): Promise<LocalRun> {
  const runs = await listLocalRuns(join(dir, 'mlruns'));
  assert.equal(runs.length, 1);
  return runs[0];
}

test('a run is written as MLflow lays it out, and reads back as it was logged', async (t) => {
  const dir = await scratch(t);
  const { tracker, problems } = testTracker(dir);
  const run = await tracker.startRun(begin({ name: 'größe "1"\n: #x', params: { lr: 1e-4, norm: 'adain', deep: true }, tags: { note: 'yes' } }));
  run.logMetrics([{ key: 'loss', value: 0.5, step: 0, timestamp: 5 }, { key: 'loss', value: NaN, step: 1, timestamp: 6 }, { key: 'loss', value: -Infinity, step: 2, timestamp: 7 }]);
  run.logMetrics([{ key: 'loss/id', value: -0, step: 0, timestamp: 5 }, { key: 'w[0]', value: 1e-21, step: 0, timestamp: 5 }]);
  run.logInputs({ name: 'faces', digest: 'abc', sourceType: 'code', source: '{"n": 3}', context: 'train' });
  await run.end('FINISHED', 1_700_000_009_000);
  const read = await onlyRun(dir);
  assert.equal(await readFile(join(read.dir, 'metrics', 'loss'), 'utf8'), '5 0.5 0\n6 nan 1\n7 -inf 2\n');
  assert.equal(await readFile(join(read.dir, 'metrics', '_x00006C_oss_x002F_id'), 'utf8'), '5 -0.0 0\n');
  assert.deepEqual(read.metrics.keys().sort(), ['loss', 'loss/id', 'w_x005B_0_x005D_']);
  assert.deepEqual(await localHistory(read, 'loss'), [['loss', 0.5, 5, 0], ['loss', 'NaN', 6, 1], ['loss', '-Infinity', 7, 2]]);
  assert.deepEqual(Object.fromEntries(read.params), { lr: '0.0001', norm: 'adain', deep: 'true' });
  assert.equal(read.tags.get('note'), 'yes');
  assert.equal(read.name, 'größe "1"\n: #x');
  assert.deepEqual([read.status, read.startTime, read.endTime], ['FINISHED', 1_700_000_000_000, 1_700_000_009_000]);
  assert.deepEqual(await localDatasets(read), [{ name: 'faces', digest: 'abc', sourceType: 'code', source: '{"n": 3}', context: 'train' }]);
  assert.match(await readFile(join(read.dir, 'meta.yaml'), 'utf8'), new RegExp(`artifact_uri: "mlflow-artifacts:/\\d{18}/${run.id}/artifacts"`));
  assert.deepEqual(problems, []);
});

test('artifacts are copied, folders with all in them, under names that MLflow serves', async (t) => {
  const dir = await scratch(t);
  await mkdir(join(dir, 'grids/deep'), { recursive: true });
  await writeFile(join(dir, 'grids/a b#1.txt'), 'one');
  await writeFile(join(dir, 'grids/deep/ü%20.txt'), 'two');
  const { tracker, problems } = testTracker(dir);
  const run = await tracker.startRun(begin());
  void run.logArtifact(join(dir, 'grids'), 'report');
  void run.logArtifact(join(dir, 'grids/a b#1.txt'));
  await run.end('FINISHED', 1);
  const files = (await localArtifacts(await onlyRun(dir))).map(([, path]) => path);
  assert.deepEqual(files.sort(), ['a b_x0023_1.txt', 'report/grids/a b_x0023_1.txt', 'report/grids/deep/ü_x0025_20.txt']);
  assert.deepEqual(problems, []);
});

test('a resumed run holds each point once, nothing beyond the step, and no torn line', async (t) => {
  const dir = await scratch(t);
  const first = await testTracker(dir).tracker.startRun(begin({ params: { lr: 1 } }));
  first.logMetrics([...points('loss', 0, 20), ...points('late', 15, 20)]);
  await first.flush();
  const { dir: runDir } = await onlyRun(dir);
  await appendFile(join(runDir, 'metrics', 'loss'), '17000000');
  await writeFile(join(runDir, '.tmp-99-0'), 'torn');
  const { tracker, problems } = testTracker(dir);
  const run = await tracker.resumeRun(first.id, 9, begin({ params: { lr: 1 } }));
  assert.equal(run.id, first.id);
  assert.deepEqual((await onlyRun(dir)).metrics.keys(), ['loss']);
  run.logMetrics(points('loss', 10, 30));
  await run.end('FINISHED', 5);
  const read = await onlyRun(dir);
  assert.deepEqual((await localHistory(read, 'loss')).map((p) => p[3]), Array.from({ length: 30 }, (_, i) => i));
  assert.equal(read.status, 'FINISHED');
  assert.ok(!(await readdir(runDir)).some((name) => name.startsWith('.tmp')));
  assert.deepEqual(problems, []);
});

test('a point logged twice is written once: MLflow cannot import a repeated line', async (t) => {
  const dir = await scratch(t);
  const run = await testTracker(dir).tracker.startRun(begin());
  run.logMetrics(points('loss', 0, 3));
  run.logMetrics(points('loss', 2, 5));
  await run.end('FINISHED', 1);
  assert.equal((await localHistory(await onlyRun(dir), 'loss')).length, 5);
  assert.equal((await readFile(join((await onlyRun(dir)).dir, 'metrics/loss'), 'utf8')).split('\n').length, 6);
});

test('processes that start the same experiment at once share it', async (t) => {
  const dir = await scratch(t);
  const runs = await Promise.all(Array.from({ length: 8 }, (_, i) => testTracker(dir).tracker.startRun(begin({ name: `v${i}` }))));
  assert.equal((await listExperiments(join(dir, 'mlruns'))).length, 1);
  assert.equal(new Set(runs.map((run) => run.id)).size, 8);
  const parent = runs[0].id;
  const child = await testTracker(dir).tracker.startRun(begin({ name: 'child', parent }));
  await Promise.all([...runs, child].map((run) => run.end('KILLED', 1)));
  const read = await listLocalRuns(join(dir, 'mlruns'));
  assert.equal(read.find((run) => run.id === child.id)?.parent, parent);
});

test('a param keeps its first value; what is too long is cut; each is told once', async (t) => {
  const dir = await scratch(t);
  const { tracker, problems } = testTracker(dir);
  const run = await tracker.startRun(begin({ params: { lr: 1, long: '名'.repeat(7000) } }));
  run.logParams({ lr: 2 });
  run.logParams({ lr: 3 });
  run.setTags({ ['k'.repeat(300)]: 'v' });
  run.logMetrics([{ key: 'bad', value: 1, step: NaN, timestamp: 0 }]);
  await run.end('FAILED', 1);
  run.logMetrics(points('late', 0, 1));
  const read = await onlyRun(dir);
  assert.equal(read.params.get('lr'), '1');
  assert.equal([...read.params.get('long')!].length, 6000);
  const cut = [...read.tags].find(([key]) => key.startsWith('swapgraph.name.'));
  assert.equal(cut?.[1], 'k'.repeat(300));
  assert.deepEqual(problems.map((p) => p.code).sort(), ['bad-point', 'log', 'name-cut', 'param-changed', 'value-cut'].map((c) => `tracking/${c}`));
});

test('a full disk is told once, training goes on, and nothing is lost when there is room again', async (t) => {
  const dir = await scratch(t);
  const real = nodeDisk();
  let full = false;
  const check = (): void => {
    if (full) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  const disk = { ...real, append: async (...a: Parameters<typeof real.append>) => (check(), real.append(...a)), replace: async (...a: Parameters<typeof real.replace>) => (check(), real.replace(...a)) };
  const { tracker, problems } = testTracker(dir, { disk });
  const run = await tracker.startRun(begin());
  run.logMetrics(points('loss', 0, 5));
  await run.flush();
  full = true;
  for (let step = 5; step < 20; step++) {
    run.logMetrics([...points('loss', step, step + 1), ...points('fresh', step, step + 1)]);
    await run.flush();
  }
  run.logParams({ later: 1 });
  await run.flush();
  assert.deepEqual(problems.map((p) => p.code), ['tracking/disk']);
  assert.match(problems[0].message, /^the disk is full: ENOSPC/);
  full = false;
  await run.end('FINISHED', 1);
  const read = await onlyRun(dir);
  assert.deepEqual((await localHistory(read, 'loss')).map((p) => p[3]), Array.from({ length: 20 }, (_, i) => i));
  assert.equal((await localHistory(read, 'fresh')).length, 15);
  assert.deepEqual([read.status, read.params.get('later')], ['FINISHED', '1']);
});

test('a device that is really full says so, and an append keeps what was there', async (t) => {
  const dir = await scratch(t);
  await assert.rejects(nodeDisk().append('/dev/full', 'x\n', false), { code: 'ENOSPC' });
  await writeFile(join(dir, 'm'), '1 2 3\n');
  await nodeDisk().append(join(dir, 'm'), '4 5 6\n', true);
  assert.equal(await readFile(join(dir, 'm'), 'utf8'), '1 2 3\n4 5 6\n');
});

test('a folder that cannot be made is told once, and training goes on', async (t) => {
  const dir = await scratch(t);
  await writeFile(join(dir, 'file'), 'in the way');
  const { tracker, problems } = testTracker(join(dir, 'file'));
  const run = await tracker.startRun(begin());
  run.logMetrics(points('loss', 0, 5));
  await run.logArtifact(join(dir, 'file'));
  await run.end('FINISHED', 1);
  await tracker.close();
  assert.deepEqual(problems.map((p) => p.code), ['tracking/disk']);
  assert.equal((await stat(join(dir, 'file'))).size, 10);
});

test('a tracking URI that is neither a server nor a folder is an error that says what is', async (t) => {
  const dir = await scratch(t);
  assert.throws(() => testTracker(dir, { uri: 'sqlite:///x.db' }), /expected http:\/\/HOST:PORT.*received "sqlite:\/\/\/x\.db"/);
  assert.throws(() => testTracker(dir, { uri: 'databricks' }), /received "databricks"/);
  assert.equal(testTracker(dir, { env: { MLFLOW_TRACKING_URI: 'http://127.0.0.1:1' } }).tracker.kind, 'server');
  assert.equal(testTracker(dir, { uri: join(dir, 'elsewhere') }).tracker.kind, 'file');
});
