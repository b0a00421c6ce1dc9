import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAddress } from '../../lib/tracking/rest/address.ts';
import { nodeHttp } from '../../lib/tracking/rest/http.ts';
import { retryAfter } from '../../lib/tracking/rest/server-error.ts';
import type { Mode } from './fake-mlflow.ts';
import { fakeMlflow } from './fake-mlflow.ts';
import type { FakeRun } from './fake-store.ts';
import { begin, points, scratch, testTracker } from './harness.ts';

const steps = (run: FakeRun, key: string): number[] => [...(run.metrics.get(key) ?? [])].map((line) => Number(line.split(' ')[1])).sort((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const spoolFiles = async (dir: string, id: string): Promise<string[]> => (await readdir(join(dir, 'mlflow-spool', id))).sort();

test('a run reaches the server whole, in batches within the limits', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  await writeFile(join(dir, 'a b#%.txt'), 'artifact');
  const { tracker, problems } = testTracker(dir, { uri: server.uri });
  const parent = await tracker.startRun(begin({ name: 'study' }));
  const params = Object.fromEntries(upTo(250).map((i) => [`p${i}`, i]));
  const run = await tracker.startRun(begin({ parent: parent.id, params, tags: { note: 'x' } }));
  run.logMetrics([...points('loss', 0, 2500), { key: 'loss', value: NaN, step: 2500, timestamp: 1 }]);
  run.logInputs({ name: 'faces', digest: 'd', sourceType: 'code', source: '{}', context: 'train' });
  await run.logArtifact(join(dir, 'a b#%.txt'), 'out');
  await run.end('FINISHED', 1_700_000_009_000);
  await parent.end('FINISHED', 1_700_000_010_000);
  await tracker.close();
  const [there] = server.store.byKey(run.id);
  assert.deepEqual(steps(there, 'loss'), upTo(2501));
  assert.ok(there.metrics.get('loss')!.has('1 2500 NaN'));
  assert.deepEqual(Object.fromEntries(there.params), Object.fromEntries(upTo(250).map((i) => [`p${i}`, String(i)])));
  assert.deepEqual([there.status, there.startTime, there.endTime], ['FINISHED', 1_700_000_000_000, 1_700_000_009_000]);
  assert.equal(there.tags.get('mlflow.parentRunId'), server.store.byKey(parent.id)[0].id);
  assert.equal(there.tags.get('note'), 'x');
  assert.equal(there.inputs.length, 1);
  assert.equal(server.store.artifacts.get(`1/${there.id}/artifacts/out/a b_x0023_%.txt`)?.toString(), 'artifact');
  assert.ok(server.log.filter((line) => line.includes('log-batch')).length <= 10, server.log.join('\n'));
  assert.deepEqual(problems, []);
});

test('a server that is away loses nothing: the next process sends the rest', async (t) => {
  const [dir, gone] = [await scratch(t), await fakeMlflow()];
  const { uri } = gone;
  await gone.close();
  const { tracker, problems } = testTracker(dir, { uri });
  const run = await tracker.startRun(begin({ params: { lr: 1 } }));
  run.logMetrics(points('loss', 0, 10));
  await run.flush();
  await tracker.close();
  assert.deepEqual(problems.map((p) => p.code), ['tracking/server-away']);
  assert.match(problems[0].message, /ECONNREFUSED/);
  assert.match(problems[0].hint ?? '', /swapgraph push/);
  const server = await fakeMlflow(Number(new URL(uri).port));
  t.after(() => server.close());
  const again = testTracker(dir, { uri });
  const resumed = await again.tracker.resumeRun(run.id, 4, begin({ params: { lr: 1 } }));
  resumed.logMetrics(points('loss', 5, 20));
  await resumed.end('FINISHED', 7);
  const [there, ...others] = server.store.byKey(run.id);
  assert.equal(others.length, 0);
  assert.deepEqual(steps(there, 'loss'), upTo(20));
  assert.equal(there.received, 20);
  assert.deepEqual([there.status, there.endTime], ['FINISHED', 7]);
  assert.deepEqual(again.problems, []);
});

test('a server that returns during the run gets all, without a new start', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  let away = true;
  server.mode = () => (away ? 'reset' : 'ok');
  const { tracker, problems } = testTracker(dir, { uri: server.uri, retry: { attempts: 2, baseMs: 1, maxMs: 2 } });
  const run = await tracker.startRun(begin());
  for (let step = 0; step < 30; step++) {
    run.logMetrics(points('loss', step, step + 1));
    await run.flush();
  }
  away = false;
  for (let tries = 0; tries < 200 && server.store.byKey(run.id).length === 0; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(server.store.byKey(run.id).length, 1, 'sent in the background');
  await run.end('FINISHED', 1);
  assert.deepEqual(steps(server.store.byKey(run.id)[0], 'loss'), upTo(30));
  assert.deepEqual(problems.map((p) => p.code), ['tracking/server-away']);
});

test('lost answers make no second run, and slow, silent or garbled ones lose no point', async (t) => {
  for (const mode of ['lost-reset', 'lost-500', 'html', '500', '429', 'slow', 'reset', 'silent'] as Mode[]) {
    const [dir, server] = [await scratch(t), await fakeMlflow()];
    t.after(() => server.close());
    // Every other call of each endpoint fails, the first one too: the creation of the run among them.
    const calls = new Map<string, number>();
    server.mode = (_, request) => {
      const endpoint = request.split('?')[0];
      calls.set(endpoint, (calls.get(endpoint) ?? 0) + 1);
      return calls.get(endpoint)! % 2 === 1 ? mode : 'ok';
    };
    const { tracker, problems } = testTracker(dir, { uri: server.uri, http: nodeHttp(mode === 'silent' ? 60 : 10_000) });
    const run = await tracker.startRun(begin({ params: { mode } }));
    run.logMetrics(points('loss', 0, 50));
    await run.end('FINISHED', 1);
    const [there, ...others] = server.store.byKey(run.id);
    assert.equal(others.length, 0, mode);
    assert.equal(server.store.runs.size, 1, mode);
    assert.deepEqual(steps(there, 'loss'), upTo(50), mode);
    assert.equal(there.status, 'FINISHED', mode);
    assert.deepEqual(problems, [], mode);
    await tracker.close();
  }
});

test('wrong credentials are not tried again; the run stays, and goes when they are right', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  server.mode = () => '401';
  const { tracker, problems } = testTracker(dir, { uri: server.uri });
  const run = await tracker.startRun(begin());
  run.logMetrics(points('loss', 0, 5));
  for (let i = 0; i < 5; i++) await run.flush();
  await run.end('FINISHED', 1);
  await tracker.close();
  assert.ok(server.log.length <= 2, server.log.join('\n'));
  assert.deepEqual(problems.map((p) => p.code), ['tracking/server-refused']);
  assert.match(problems[0].message, /MLFLOW_TRACKING_USERNAME/);
  server.mode = () => 'ok';
  await (await testTracker(dir, { uri: server.uri }).tracker.resumeRun(run.id, 9, begin())).end('FINISHED', 2);
  assert.deepEqual(steps(server.store.byKey(run.id)[0], 'loss'), upTo(5));
});

test('an entry the server refuses is set aside and holds up nothing else', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  const { tracker, problems } = testTracker(dir, { uri: server.uri });
  const run = await tracker.startRun(begin({ params: { good: 1, poison: 2 } }));
  run.logMetrics([...points('loss', 0, 20), ...points('poison', 0, 2), ...points('after', 0, 3)]);
  await run.end('FINISHED', 1);
  const [there] = server.store.byKey(run.id);
  assert.deepEqual([steps(there, 'loss').length, steps(there, 'after').length, there.params.get('good')], [20, 3, '1']);
  const refused = (await readFile(join(dir, 'mlflow-spool', run.id, 'refused.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { entry: { key: string } });
  assert.deepEqual(refused.map((r) => r.entry.key), ['poison', 'poison', 'poison']);
  assert.deepEqual(problems.map((p) => p.code), ['tracking/refused']);
});

test('a run that was deleted on the server is not filled again', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  const { tracker, problems } = testTracker(dir, { uri: server.uri });
  const run = await tracker.startRun(begin());
  run.logMetrics(points('loss', 0, 1));
  await tracker.close();
  server.store.byKey(run.id)[0].deleted = true;
  const before = server.log.length;
  const resumed = await testTracker(dir, { uri: server.uri, onProblem: (p) => problems.push(p) }).tracker.resumeRun(run.id, 0, begin());
  resumed.logMetrics(points('loss', 1, 900));
  await resumed.end('FINISHED', 1);
  assert.deepEqual(problems.map((p) => p.code), ['tracking/server-refused']);
  assert.ok(server.log.length - before <= 6, 'no halving down to single points');
  assert.equal(server.store.byKey(run.id)[0].received, 1);
});

test('artifacts wait in the spool, unchanged by what happens to the file, and are dropped when sent', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  server.mode = () => '500';
  const { tracker } = testTracker(dir, { uri: server.uri, retry: { attempts: 1, baseMs: 1, maxMs: 1 } });
  const run = await tracker.startRun(begin());
  for (const text of ['first', 'second']) {
    await writeFile(join(dir, 'model.bin'), text);
    await run.logArtifact(join(dir, 'model.bin'), text);
  }
  await run.end('FINISHED', 1);
  assert.deepEqual(await readdir(join(dir, 'mlflow-spool', run.id, 'artifacts')), ['0', '1']);
  server.mode = () => 'ok';
  await (await testTracker(dir, { uri: server.uri }).tracker.resumeRun(run.id, 0, begin())).end('FINISHED', 1);
  const base = `1/${server.store.byKey(run.id)[0].id}/artifacts`;
  assert.deepEqual([...server.store.artifacts].map(([path, data]) => [path, String(data)]), [[`${base}/first/model.bin`, 'first'], [`${base}/second/model.bin`, 'second']]);
  assert.deepEqual(await readdir(join(dir, 'mlflow-spool', run.id, 'artifacts')), []);
  assert.ok(!(await spoolFiles(dir, run.id)).includes('lock.json'));
});

test('a run that a living process is logging cannot be opened by another', async (t) => {
  const [dir, server] = [await scratch(t), await fakeMlflow()];
  t.after(() => server.close());
  const run = await testTracker(dir, { uri: server.uri }).tracker.startRun(begin());
  await assert.rejects(testTracker(dir, { uri: server.uri }).tracker.resumeRun(run.id, 0, begin()), /is being logged by process \d+/);
  await run.end('FINISHED', 1);
  await (await testTracker(dir, { uri: server.uri }).tracker.resumeRun(run.id, 0, begin())).end('FINISHED', 1);
  assert.equal(server.store.byKey(run.id).length, 1);
});

test('credentials come from the URI, then the user and password, then the token, and stay out of messages', () => {
  const env = { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 'p:w', MLFLOW_TRACKING_TOKEN: 't' };
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  assert.equal(parseAddress('http://a%40b:c@host:1/x/', env).authorization, basic('a@b:c'));
  assert.equal(parseAddress('http://a%40b:c@host:1/x/', env).base.href, 'http://host:1/x');
  assert.equal(parseAddress('https://host', env).authorization, basic('u:p:w'));
  assert.equal(parseAddress('https://host', { MLFLOW_TRACKING_TOKEN: 't' }).authorization, 'Bearer t');
  assert.equal(parseAddress('https://host', {}).authorization, undefined);
  assert.throws(() => parseAddress('ftp://host', {}), /expected http:\/\/HOST:PORT/);
});

test('Retry-After is read as seconds or as a date', () => {
  assert.equal(retryAfter('3', 0), 3000);
  assert.equal(retryAfter(new Date(60_000).toUTCString(), 10_000), 50_000);
  assert.equal(retryAfter(new Date(0).toUTCString(), 10_000), 0);
  assert.equal(retryAfter('99999', 0), 600_000);
  assert.equal(retryAfter('soon', 0), undefined);
  assert.equal(retryAfter(undefined, 0), undefined);
});
