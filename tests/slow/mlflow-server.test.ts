import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../../lib/diagnostics/diagnostic.ts';
import { systemClock } from '../../lib/tracking/clock.ts';
import type { TrackerOptions } from '../../lib/tracking/create.ts';
import { createTracker } from '../../lib/tracking/create.ts';
import { pushRuns } from '../../lib/tracking/push/push-runs.ts';
import type { CallOptions } from '../../lib/tracking/rest/calls.ts';
import { deleteRun, ensureServerExperiment, searchExperiments } from '../../lib/tracking/rest/mlflow-client.ts';
import { nodeHttp } from '../../lib/tracking/rest/http.ts';
import { parseAddress } from '../../lib/tracking/rest/address.ts';
import { defaultRetry } from '../../lib/tracking/rest/retry.ts';
import { stream } from '../../lib/random/stream.ts';
import type { RunHandle, Tracker } from '../../lib/tracking/tracker.ts';
import { mlflowUiCommand } from '../../lib/tracking/ui-command.ts';
import { begin, points, scratch } from '../tracking/harness.ts';
import type { DumpedRun, RealServer } from '../tracking/real-mlflow.ts';
import { dumpRuns, mlflow, mlflowBin, mlflowServer, startByHand } from '../tracking/real-mlflow.ts';

let bin = '';
before(async () => {
  bin = await mlflowBin();
}, { timeout: 900_000 });

const sqlite = (dir: string): string[] => ['--backend-store-uri', `sqlite:///${join(dir, 'db.sqlite')}`, '--artifacts-destination', join(dir, 'store'), '--serve-artifacts'];

function tracker(dir: string, options: Partial<TrackerOptions> = {}): { tracker: Tracker; problems: Diagnostic[] } {
  const problems: Diagnostic[] = [];
  return { tracker: createTracker({ dir, clock: systemClock(), onProblem: (p) => problems.push(p), ...options }), problems };
}

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
const BIG = Buffer.alloc(20_000_000, 'swapgraph ');
const ODD = ['plain.txt', 'with space.txt', 'a#b.txt', '100% sure.txt', 'a%41b.txt', 'größe/名前 😀.txt', "quo'te\"s & ?.txt", 'a;b=c,d+e@f.txt'];

/** A study and its variant, with everything that has ever been hard to log. */
async function logStudy(t: Tracker, dir: string): Promise<RunHandle[]> {
  const parent = await t.startRun(begin({ name: 'Studie: Größe – 名 "quoted"', experiment: 'Normalisation Ä/1', params: { '/terms/id/weight': 10, note: 'a: b # c\n- d' } }));
  const child = await t.startRun(begin({ name: 'variant', experiment: 'Normalisation Ä/1', parent: parent.id, startTime: 1_650_000_000_123, tags: { 'swapgraph.hash': 'abc' }, params: Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`p[${i}]`, i / 7])) }));
  child.logMetrics(points('loss', 0, 10_000));
  child.logMetrics([['größe/verlust', 1e-300], ['größe', -0.1], ['nan', NaN], ['inf', Infinity], ['-inf', -Infinity], ['😀[0]', 3]].map(([key, value], i) => ({ key: String(key), value: Number(value), step: -i, timestamp: 1000 + i })));
  child.logMetrics(points('loss', 9_990, 10_000));
  child.logInputs({ name: 'rendered faces', digest: 'd'.repeat(36), sourceType: 'code', source: '{"seed": 1}', schema: '{}', profile: '{"n": 2}', context: 'train' });
  const files = join(dir, 'files');
  for (const name of ODD) {
    await mkdir(join(files, name, '..'), { recursive: true });
    await writeFile(join(files, name), `content of ${name}`);
  }
  await writeFile(join(files, 'big.bin'), BIG);
  await child.logArtifact(files, 'out dir');
  await child.end('FINISHED', 1_650_000_100_456);
  await parent.end('KILLED', 1_700_000_000_789);
  return [parent, child];
}

/** In a folder `größe` cannot be a file beside the folder of `größe/verlust`: MLflow sees its flat spelling there. */
const FLAT = '_x000067_röße';

function checkStudy(runs: readonly DumpedRun[], [parentHandle, childHandle]: readonly RunHandle[], infinite: string, size = 'größe'): void {
  const of = (handle: RunHandle): DumpedRun => runs.find((run) => run.tags['swapgraph.runKey'] === handle.id)!;
  const [parent, child] = [of(parentHandle), of(childHandle)];
  assert.deepEqual([parent.name, parent.experiment, parent.status, parent.start, parent.end], ['Studie: Größe – 名 "quoted"', 'Normalisation Ä/1', 'KILLED', 1_700_000_000_000, 1_700_000_000_789]);
  assert.deepEqual(parent.params, { '_x002F_terms/id/weight': '10', note: 'a: b # c\n- d' });
  assert.deepEqual([child.status, child.start, child.end], ['FINISHED', 1_650_000_000_123, 1_650_000_100_456]);
  assert.equal(child.tags['mlflow.parentRunId'], parent.id);
  assert.equal(child.tags['mlflow.runName'], 'variant');
  assert.equal(child.params['p_x005B_129_x005D_'], String(129 / 7));
  assert.deepEqual(child.metrics['loss'].map(([step, at, value]) => [step, at, Number(value)]), points('loss', 0, 10_000).map((p) => [p.step, p.timestamp, p.value]));
  assert.deepEqual(['größe/verlust', size, 'nan', 'inf', '-inf', '_x1F600__x005B_0_x005D_'].map((key) => child.metrics[key][0][2]), ['1e-300', '-0.1', 'nan', infinite, `-${infinite}`, '3.0']);
  assert.deepEqual(child.datasets, [['rendered faces', 'd'.repeat(36), '{"seed": 1}', { 'mlflow.data.context': 'train' }]]);
}

function checkArtifacts(run: DumpedRun): void {
  const stored: Record<string, string> = {};
  for (const name of ODD) {
    const path = name.replace(/[#?]|%(?=41)/g, (c) => `_x00${c.charCodeAt(0).toString(16).toUpperCase()}_`);
    stored[`out dir/files/${path}`] = sha256(Buffer.from(`content of ${name}`));
  }
  stored['out dir/files/big.bin'] = sha256(BIG);
  assert.deepEqual(run.artifacts, stored);
}

const variant = (runs: readonly DumpedRun[]): DumpedRun => runs.find((run) => run.name === 'variant')!;

async function started(t: { after(fn: () => Promise<void>): void }, dir: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RealServer> {
  const server = await mlflowServer(bin, dir, args, undefined, env);
  t.after(() => server.kill());
  return server;
}

test('a server run, read by MLflow itself, is what was logged', { timeout: 600_000 }, async (t) => {
  const dir = await scratch(t);
  const server = await started(t, dir, sqlite(dir));
  const { tracker: own, problems } = tracker(dir, { uri: server.uri });
  const handles = await logStudy(own, dir);
  await own.close();
  assert.deepEqual([...problems], []);
  const runs = await dumpRuns(bin, server.uri, true);
  assert.equal(runs.length, 2);
  checkStudy(runs, handles, '1.7976931348623157e+308');
  checkArtifacts(variant(runs));
});

test('a resume repeats nothing, a killed server loses nothing, racing starts share an experiment', { timeout: 600_000 }, async (t) => {
  const dir = await scratch(t);
  let server = await started(t, dir, sqlite(dir));
  const first = tracker(dir, { uri: server.uri });
  const run = await first.tracker.startRun(begin());
  run.logMetrics(points('loss', 0, 300));
  await first.tracker.close();
  const second = tracker(dir, { uri: server.uri, retry: { attempts: 2, baseMs: 50, maxMs: 100 } });
  const resumed = await second.tracker.resumeRun(run.id, 199, begin());
  resumed.logMetrics(points('loss', 200, 400));
  await resumed.flush();
  await server.kill();
  resumed.logMetrics(points('loss', 400, 600));
  await resumed.flush();
  const { port } = server;
  server = await mlflowServer(bin, dir, sqlite(dir), port);
  t.after(() => server.kill());
  await resumed.end('FINISHED', 5);
  const many = await Promise.all(Array.from({ length: 6 }, async (_, i) => {
    const { tracker: own } = tracker(join(dir, String(i)), { uri: server.uri });
    await (await own.startRun(begin({ name: `racer ${i}`, experiment: 'Race' }))).end('FINISHED', 1);
    await own.close();
  }));
  await second.tracker.close();
  const runs = await dumpRuns(bin, server.uri, false);
  assert.equal(runs.length, 1 + many.length);
  const { metrics, status } = runs.find((r) => r.tags['swapgraph.runKey'] === run.id)!;
  assert.deepEqual([status, metrics['loss'].map(([step]) => step)], ['FINISHED', Array.from({ length: 600 }, (_, i) => i)]);
  assert.equal(new Set(runs.filter((r) => r.experiment === 'Race').map((r) => r.name)).size, 6);
});

test('an mlruns folder is what MLflow reads, serves, imports, and takes by push; twice adds nothing', { timeout: 900_000 }, async (t) => {
  const dir = await scratch(t);
  const { tracker: own, problems } = tracker(dir);
  const handles = await logStudy(own, dir);
  assert.deepEqual([...problems], []);
  const mlruns = join(dir, 'mlruns');
  const local = await dumpRuns(bin, mlruns, false);
  checkStudy(local, handles, 'inf', FLAT);

  const served = await started(t, dir, ['--backend-store-uri', mlruns, '--artifacts-destination', mlruns, '--serve-artifacts']);
  checkArtifacts(variant(await dumpRuns(bin, served.uri, true)));
  await served.kill();

  await mlflow(bin, ['migrate-filestore', '--source', mlruns, '--target', `sqlite:///${join(dir, 'imported.sqlite')}`], dir);
  checkStudy(await dumpRuns(bin, `sqlite:///${join(dir, 'imported.sqlite')}`, false), handles, '1.7976931348623157e+308', FLAT);

  const server = await started(t, dir, sqlite(dir));
  const push = (): ReturnType<typeof pushRuns> => pushRuns(dir, server.uri, { clock: systemClock(), onProblem: (p) => void problems.push(p) });
  await push();
  const pushed = await dumpRuns(bin, server.uri, true);
  checkStudy(pushed, handles, '1.7976931348623157e+308');
  checkArtifacts(variant(pushed));
  const again = await push();
  assert.deepEqual(again.runs.map((r) => [r.created, r.points, r.params, r.tags, r.artifacts]), [[false, 0, 0, 0, 0], [false, 0, 0, 0, 0]]);
  assert.deepEqual(await dumpRuns(bin, server.uri, true), pushed);
  assert.deepEqual([...problems], []);

  const http = nodeHttp(10_000);
  const call: CallOptions = { address: parseAddress(server.uri, {}), http, clock: systemClock(), random: stream(0, 'test'), retry: defaultRetry };
  assert.deepEqual((await searchExperiments(call, "name LIKE 'Normalisation%'")).map((e) => e.id), [await ensureServerExperiment(call, 'Normalisation Ä/1')]);
  await deleteRun(call, variant(pushed).id);
  http.close();
  assert.deepEqual((await push()).runs.map((r) => r.name), ['Studie: Größe – 名 "quoted"']);
  assert.deepEqual(problems.map((p) => /is deleted on the server/.test(p.message)), [true]);
});

test('the line that shows a folder works as it is typed', { timeout: 300_000 }, async (t) => {
  const dir = join(await scratch(t), "it's here");
  const { tracker: own } = tracker(dir);
  const run = await own.startRun(begin());
  await run.logArtifact(fileURLToPath(import.meta.url));
  await run.end('FINISHED', 1);
  const served = await startByHand(`PATH="${bin}:$PATH" ${mlflowUiCommand(join(dir, 'mlruns'))} --workers 1`, dir);
  t.after(() => served.kill());
  const [read] = await dumpRuns(bin, served.uri, true);
  assert.deepEqual([read.status, Object.keys(read.artifacts)], ['FINISHED', ['mlflow-server.test.ts']]);
});

test('with absolute artifact URIs, Python reads artifacts straight from the folder', { timeout: 300_000 }, async (t) => {
  const dir = await scratch(t);
  const { tracker: own } = tracker(dir, { artifactUri: 'absolute' });
  const run = await own.startRun(begin());
  await copyFile(new URL(import.meta.url), join(dir, 'a file.ts'));
  await run.logArtifact(join(dir, 'a file.ts'));
  await run.end('FINISHED', 1);
  const [{ artifacts }] = await dumpRuns(bin, join(dir, 'mlruns'), true);
  assert.deepEqual(Object.keys(artifacts), ['a file.ts']);
});

test('basic authentication: refused without, kept, and sent with', { timeout: 600_000 }, async (t) => {
  const dir = await scratch(t);
  const config = join(dir, 'auth.ini');
  const admin = { MLFLOW_TRACKING_USERNAME: 'admin', MLFLOW_TRACKING_PASSWORD: 'a-long-password-1234' };
  await writeFile(config, ['[mlflow]', 'default_permission = READ', `database_uri = sqlite:///${join(dir, 'auth.sqlite')}`, `admin_username = ${admin.MLFLOW_TRACKING_USERNAME}`, `admin_password = ${admin.MLFLOW_TRACKING_PASSWORD}`, 'authorization_function = mlflow.server.auth:authenticate_request_basic_auth', ''].join('\n'));
  const server = await started(t, dir, ['--app-name', 'basic-auth', ...sqlite(dir)], { MLFLOW_AUTH_CONFIG_PATH: config, MLFLOW_FLASK_SERVER_SECRET_KEY: 'only-for-this-test' });
  const without = tracker(dir, { uri: server.uri, env: { ...admin, MLFLOW_TRACKING_PASSWORD: 'wrong-password-1234' } });
  const run = await without.tracker.startRun(begin());
  run.logMetrics(points('loss', 0, 10));
  await run.end('FINISHED', 1);
  await without.tracker.close();
  assert.deepEqual(without.problems.map((p) => p.code), ['tracking/server-refused']);
  const { spools } = await pushRuns(dir, server.uri, { clock: systemClock(), onProblem: (p) => assert.fail(p.message), env: admin });
  assert.deepEqual(spools.map((s) => s.outcome), ['done']);
  const [read] = await dumpRuns(bin, server.uri, false, admin);
  assert.deepEqual([read.status, read.metrics['loss'].length], ['FINISHED', 10]);
});
