import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { deliver, FAKE_COMPILER, fakeMachine, fakePip } from './fake-machine.ts';
import { setupModule } from './setup-modules.ts';

const { setup } = await setupModule('setup.mjs');
const realPath = process.env.PATH ?? '';
let machine: ReturnType<typeof fakeMachine>;

beforeEach(() => {
  machine = fakeMachine();
  process.env.PATH = `${machine.bin}:${realPath}`;
  machine.program('python3', fakePip(deliver(join(machine.base, machine.wheel.file))));
  machine.program('g++', FAKE_COMPILER);
});
afterEach(() => {
  process.env.PATH = realPath;
  machine.remove();
});

/** What set-up complains of: `what -> what to do`. */
async function problems(options: object = {}): Promise<string[]> {
  const error = await setup({ ...machine, ...options }).then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof AggregateError, String(error));
  return error.errors.map((problem: Error & { todo: string }) => `${problem.message} -> ${problem.todo}`);
}

/** Nothing half-done is left: no scratch folder, no lock, no wheel. */
function assertClean(): void {
  assert.ok(!existsSync(join(machine.cache, 'setup.lock')));
  const scratch = join(machine.cache, 'tmp');
  assert.deepEqual(existsSync(scratch) ? readdirSync(scratch) : [], []);
}

test('a fresh project is set up; a second run starts nothing and says nothing', async () => {
  assert.deepEqual(await setup(machine), { changed: true });
  assert.match(machine.lines[0], /once, 1 MB to download/);
  assert.ok(machine.lines.includes('TensorFlow 2.21.0 works in node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node.'));
  assertClean();
  const told = machine.lines.length;
  for (const name of ['python3', 'g++']) machine.program(name, `touch ${join(machine.base, 'started')}`);
  assert.deepEqual(await setup(machine), { changed: false });
  assert.ok(!existsSync(join(machine.base, 'started')));
  assert.equal(machine.lines.length, told, 'a set-up with nothing to do says nothing');
});

test('a second checkout downloads and compiles nothing', async () => {
  await setup(machine);
  rmSync(join(machine.package, 'deps'), { recursive: true });
  rmSync(join(machine.package, 'lib'), { recursive: true });
  machine.program('python3', 'exit 1');
  machine.program('g++', 'exit 1');
  assert.deepEqual(await setup(machine), { changed: true });
  assert.ok(machine.lines.some((line) => line.includes('nothing to download')));
});

test('a damaged installation is repaired', async () => {
  await setup(machine);
  rmSync(join(machine.package, 'deps/lib/libtensorflow_cc.so.2'));
  assert.deepEqual(await setup(machine), { changed: true });
  assert.equal(readFileSync(join(machine.package, 'deps/lib/libtensorflow_cc.so.2')).length, 4096);
});

test('all that is missing is told at once, before anything is downloaded', async () => {
  machine.program('python3', 'echo "No module named pip" >&2; exit 1');
  process.env.PATH = machine.bin;
  rmSync(join(machine.bin, 'g++'));
  assert.deepEqual((await problems()).map((line) => line.split(' -> ')[0]), [
    'python3 has no pip, which fetches TensorFlow',
    'no C++ compiler was found (g++, c++, clang++); it builds the binding between Node and TensorFlow',
  ]);
  rmSync(join(machine.bin, 'python3'));
  assert.match((await problems())[0], /neither python3 nor pip was found.* -> install them: apt-get install python3 python3-pip/);
  assertClean();
});

test('an old pip is told', async () => {
  machine.program('python3', 'echo "pip 9.0.1 from somewhere"');
  assert.match((await problems())[0], /pip 9\.0\.1 is too old .* -> update it: python3 -m pip install/);
});

test('a wheel with the wrong checksum is thrown away; the next run succeeds', async () => {
  machine.program('python3', fakePip('echo corrupted > "$dest/x.whl"'));
  assert.match((await problems())[0], /tensorflow-cpu 2\.21\.0 has the wrong checksum \(expected SHA-256 [0-9a-f]{64}, received [0-9a-f]{64}\); it was thrown away/);
  assert.ok(!existsSync(join(machine.cache, 'wheels')));
  assertClean();
  machine.program('python3', fakePip(deliver(join(machine.base, machine.wheel.file))));
  assert.deepEqual(await setup(machine), { changed: true });
});

test('no network is told as such', async () => {
  machine.program('python3', fakePip(`echo "NewConnectionError: Temporary failure in name resolution" >&2; exit 1`));
  assert.match((await problems())[0], /cannot download tensorflow-cpu 2\.21\.0: the package registry cannot be reached -> connect to the network/);
  assertClean();
});

test('a full disk is told before the download', async () => {
  const huge = { ...machine.wheel, unpackedBytes: 1e18 };
  const pins = { ...machine.pins, cpu: { [`${process.platform}-${process.arch}`]: [huge] } };
  assert.match((await problems({ pins }))[0], /cannot set up \(1000000000\.0 GB needed, .* free in .*\): the disk is full -> free some space, or set SWAPGRAPH_CACHE/);
});

test("a compiler's failure is told, and nothing half-built is installed", async () => {
  machine.program('g++', 'if [[ $1 == --version ]]; then echo "g++ (fake) 4"; exit 0; fi; echo "error: c++17 what?" >&2; exit 1');
  assert.match((await problems())[0], /cannot compile the binding -> see what g\+\+ says above/);
  assert.ok(!existsSync(join(machine.package, 'deps/swapgraph.json')));
  assertClean();
});

test('an engine that does not load is not marked as done', async () => {
  writeFileSync(join(machine.package, 'index.js'), 'throw new Error("libstdc++.so.6: cannot open shared object file")');
  assert.match((await problems())[0], /the native engine was built but does not work/);
  assert.ok(!existsSync(join(machine.package, 'deps/swapgraph.json')));
});

test('a package that npm left out is named', async () => {
  rmSync(machine.package, { recursive: true });
  assert.match((await problems())[0], /@tensorflow\/tfjs-node is not installed .* -> npm install --ignore-scripts @tensorflow\/tfjs-node/);
});

test('an interruption in the middle of a download leaves nothing behind, and the next run goes on', async () => {
  machine.program('python3', fakePip('sleep 30'));
  const abort = new AbortController();
  const running = setup({ ...machine, signal: abort.signal });
  setTimeout(() => abort.abort(), 300);
  const started = performance.now();
  await assert.rejects(running, { name: 'AbortError' });
  assert.ok(performance.now() - started < 20_000);
  assertClean();
  machine.program('python3', fakePip(deliver(join(machine.base, machine.wheel.file))));
  assert.deepEqual(await setup(machine), { changed: true });
});
