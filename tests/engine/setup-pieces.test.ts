import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { cacheFolder } from '../../lib/engine/cache-folder.ts';
import { setupModule } from './setup-modules.ts';

const { readPins, wheelsFor, platformTag, placeEntry } = await setupModule('pins.mjs');

test('every pin is complete, and says of itself what pip must be asked for', () => {
  const pins = readPins();
  const wheels = Object.values(pins).flatMap((platforms) => Object.values(platforms).flat());
  assert.equal(wheels.length, 15);
  for (const wheel of wheels) {
    assert.match(wheel.sha256, /^[0-9a-f]{64}$/);
    assert.ok(wheel.bytes > 1e6 && wheel.unpackedBytes > 0);
    assert.ok(wheel.file.startsWith(`${wheel.name.replaceAll('-', '_')}-${wheel.version}-`), wheel.file);
    assert.match(platformTag(wheel), /^manylinux/);
  }
  assert.equal(new Set(wheels.map((wheel) => wheel.sha256)).size, wheels.length);
});

test('an engine needs its wheels, and a platform without any is refused', () => {
  assert.deepEqual(wheelsFor('cpu', { platform: 'linux-x64' }).map((wheel) => wheel.name), ['tensorflow-cpu']);
  assert.deepEqual(wheelsFor('cpu', { platform: 'linux-arm64' }).map((wheel) => wheel.name), ['tensorflow']);
  assert.equal(wheelsFor('gpu', { platform: 'linux-x64' }).length, 13);
  assert.deepEqual(wheelsFor('gpu', { platform: 'linux-x64', cudaLibraries: false }).map((wheel) => wheel.name), ['tensorflow']);
  assert.throws(() => wheelsFor('cpu', { platform: 'darwin-arm64' }), /no native CPU engine exists for darwin-arm64 \(only for linux-x64, linux-arm64\)/);
});

test('of a wheel only libraries, headers, two CUDA tools and the licence are kept', () => {
  assert.equal(placeEntry('tensorflow/libtensorflow_cc.so.2'), 'lib/libtensorflow_cc.so.2');
  assert.equal(placeEntry('tensorflow/include/tensorflow/c/eager/c_api.h'), 'include/tensorflow/c/eager/c_api.h');
  assert.equal(placeEntry('nvidia/cudnn/lib/libcudnn.so.9'), 'nvidia/cudnn/lib/libcudnn.so.9');
  assert.equal(placeEntry('nvidia/cuda_nvcc/bin/ptxas'), 'nvidia/cuda_nvcc/bin/ptxas');
  assert.equal(placeEntry('nvidia_cudnn_cu12-9.28.0.42.dist-info/License.txt'), 'License.txt');
  for (const name of ['tensorflow/python/a.py', 'tensorflow/include/Eigen/Core', 'nvidia/cudnn/include/cudnn.h', 'nvidia/cublas/lib/__init__.py']) {
    assert.equal(placeEntry(name), undefined, name);
  }
});

test("a failed tool's output is told as its cause", async () => {
  const { problemFromOutput } = await setupModule('problem.mjs');
  const offline = "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution found";
  assert.match(problemFromOutput('download x', offline, '').message, /registry cannot be reached/);
  assert.match(problemFromOutput('install', 'npm ERR! code EAI_AGAIN', '').message, /registry cannot be reached/);
  assert.match(problemFromOutput('unpack', 'OSError: [Errno 28] No space left on device', '').message, /disk is full/);
  const other = problemFromOutput('compile', 'fatal error: string: No such file', 'see above');
  assert.deepEqual([other.message, other.todo], ['cannot compile', 'see above']);
});

test('a folder that cannot be written is told as such; other errors are not dressed up', async () => {
  const { problemFromError } = await setupModule('problem.mjs');
  const error = (code: string): Error => Object.assign(new Error(code), { code, path: '/opt/x' });
  assert.match(problemFromError(error('EACCES'), 'set up')?.message ?? '', /cannot set up: \/opt\/x is not writable/);
  assert.match(problemFromError(error('ENOSPC'), 'unpack x')?.message ?? '', /cannot unpack x: the disk is full/);
  assert.equal(problemFromError(new TypeError('a mistake of ours'), 'set up'), undefined);
});

test('a C library that is too old, or another one, is refused', async () => {
  const { checkCLibrary } = await setupModule('tools.mjs');
  assert.doesNotThrow(() => checkCLibrary('2.36'));
  assert.throws(() => checkCLibrary('2.17'), /glibc 2\.17 is too old/);
  assert.throws(() => checkCLibrary(''), /another C library|too old/);
});

test('node_modules counts as current by what npm recorded, without an installation of our own', async () => {
  const { dependenciesAreCurrent } = await setupModule('dependencies.mjs');
  const root = mkdtempSync(join(tmpdir(), 'swapgraph-npm-'));
  const record = (packages: object): void => writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  const lock = (packages: object): void => writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));
  try {
    mkdirSync(join(root, 'node_modules'));
    lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } });
    assert.equal(dependenciesAreCurrent(root), false, 'nothing installed');
    record({ 'node_modules/a': { version: '1.0.0' } });
    assert.equal(dependenciesAreCurrent(root), true, 'an optional package may be absent');
    lock({ 'node_modules/a': { version: '1.0.1' } });
    assert.equal(dependenciesAreCurrent(root), false, 'the lock file changed');
    record({ 'node_modules/a': { version: '1.0.1' }, 'node_modules/c': { version: '1.0.0' } });
    assert.equal(dependenciesAreCurrent(root), false, 'a package too many');
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('progress is redrawn on a terminal, told in lines elsewhere, and uncoloured where NO_COLOR says so', async () => {
  const { createConsole } = await setupModule('console.mjs');
  const record = (isTTY: boolean, env: NodeJS.ProcessEnv): string => {
    let text = '';
    let clock = 0;
    const stream = { isTTY, columns: 80, write: (chunk: string) => (text += chunk) };
    const step = createConsole({ stream, env, now: () => clock }).step('Downloading x', 200e6);
    for (clock = 0; clock <= 20_000; clock += 500) step.update(clock * 10_000);
    step.done('checksum verified');
    return text;
  };
  const plain = record(false, {});
  assert.deepEqual(plain.trim().split('\n'), [
    'Downloading x … 10% of 200 MB',
    'Downloading x … 60% of 200 MB, 8.0 s left',
    'Downloading x: done in 20.5 s, checksum verified',
  ]);
  assert.equal(record(true, { CI: '1' }), plain);
  assert.equal(record(true, {}).match(/\r/g)?.length, 42);
});

test('the cache folder is SWAPGRAPH_CACHE, else one in the home folder', () => {
  assert.equal(cacheFolder({ SWAPGRAPH_CACHE: '/somewhere' }), '/somewhere');
  assert.equal(cacheFolder({ SWAPGRAPH_CACHE: 'here' }), resolve('here'));
  for (const env of [{}, { SWAPGRAPH_CACHE: '' }, { XDG_CACHE_HOME: '/elsewhere' }]) assert.equal(cacheFolder(env), join(homedir(), '.cache', 'swapgraph'));
});
