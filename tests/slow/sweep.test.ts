import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readRecord, readSteps } from '../../lib/launch/run-files.ts';
import { readRungs } from '../../lib/launch/rungs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = path.join(root, 'lib/cli/bin.mjs');
let dir = '';
before(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-sweep-'));
  writeFileSync(path.join(dir, 'tiny.yaml'), `kind: experiment
name: tiny
params: { rate: { type: number, default: 2e-3 } }
models: { generator: { graph: ${root}/graphs/generators/facechanger.yaml, with: { width: 4, depth: 1 } } }
data: { dataset: rendered-faces, size: 32, batch: 2, pictures: 16 }
step:
  inputs: { s: source.image, t: target.image }
  nodes:
    small: { op: resize, in: s, to: [4, 4], method: bilinear }
    flat: { op: flatten, in: small }
    swap: { model: generator, in: { target: t, id: flat } }
phases:
  generator:
    update: [generator]
    optimizer: { type: adam, lr: { start: $rate, decay: 0.5, every: 3 } }
    terms: { same: { graph: ${root}/graphs/losses/l1.yaml, in: [swap, t] } }
predict:
  inputs: { s: source.image, t: target.image }
  nodes:
    small: { op: resize, in: s, to: [4, 4], method: bilinear }
    flat: { op: flatten, in: small }
    swap: { model: generator, in: { target: t, id: flat } }
  outputs: { swap: swap }
evaluate: { pairs: 2, metrics: [psnr-outside-mask] }
train: { steps: 9, checkpoint: { every: 100, keep: 2 }, ema: { generator: 0.9 } }
`);
  writeFileSync(path.join(dir, 'sweep.yaml'), `kind: sweep
name: stops
base: ./tiny.yaml
seeds: 2
objective: { maximize: psnr-outside-mask }
search: { type: grid }
space: { rate: { set: /params/rate, choice: [1e-9, 1e-2] } }
stop: { type: asha, rungs: [2, 5], reduction: 2 }
`);
});
after(() => rmSync(dir, { recursive: true, force: true }));

const env = { ...process.env, NO_COLOR: '1' };
async function swapgraph(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [bin, ...args], { cwd: dir, env, maxBuffer: 1e8 });
}

const POINTS = ['base', 'p-01', 'p-02'];
const RUNS = POINTS.flatMap((p) => [0, 1].map((seed) => `${p}/seed-${seed}`));
const at = (out: string, run: string): string => path.join(dir, out, run);
const state = (out: string): unknown => RUNS.map((run) => {
  const { status, step, metrics } = readRecord(at(out, run)) ?? {};
  return [run, status, step, metrics, readRungs(at(out, run)), readSteps(at(out, run)).map((s) => [s.step, s.terms])];
});
const checkpoint = (out: string, run: string): Buffer => readFileSync(path.join(at(out, run), 'checkpoints/step-000000009.safetensors'));

test('a sweep says before it runs how far its points train', async () => {
  const { stdout } = await swapgraph('run', 'sweep.yaml', '--plan');
  // (3 x 2 + 1 x 3 + 1 x 4) steps and 3 x 9 steps, two seeds each.
  assert.match(stdout, /stops early by psnr-outside-mask \(higher is better\): 3 points to step 2, 1 to step 5, 1 to step 9; at most 26 steps of 54/);
});

let survivor = '';
test('the best points train on, bit by bit as without a pause; the others are reported as stopped', async () => {
  const { stdout } = await swapgraph('run', 'sweep.yaml', '--out', 'a', '--jobs', '2');
  const score = (p: string): number => [0, 1].reduce((sum, seed) => sum + readRungs(at('a', `${p}/seed-${seed}`))[0].metrics['psnr-outside-mask'] / 2, 0);
  survivor = [...POINTS].sort((p, q) => score(q) - score(p))[0];
  for (const point of POINTS) {
    const records = [0, 1].map((seed) => readRecord(at('a', `${point}/seed-${seed}`)));
    assert.deepEqual(records.map((r) => [r?.status, r?.step]), point === survivor ? [['finished', 9], ['finished', 9]] : [['stopped', 2], ['stopped', 2]]);
    assert.equal(stdout.includes(`${point}: stopped at step 2, psnr-outside-mask ${score(point).toFixed(4)} there`), point !== survivor, stdout);
  }
  assert.match(stdout, /6 runs: 2 finished, 4 stopped early/);
  assert.deepEqual(readRungs(at('a', `${survivor}/seed-1`)).map((r) => r.step), [2, 5]);
  const page = readFileSync(path.join(dir, 'a/report.md'), 'utf8');
  assert.match(page, /## Stopped early/);
  const rate = { base: '2e-3', 'p-01': '1e-9', 'p-02': '1e-2' }[survivor] as string;
  await swapgraph('run', 'tiny.yaml', '--out', 'whole', '--seeds', '2', '--set', `/params/rate=${rate}`);
  for (const seed of [0, 1]) {
    const [run, whole] = [`${survivor}/seed-${seed}`, `tiny/seed-${seed}`];
    assert.ok(checkpoint('a', run).equals(checkpoint('whole', whole)));
    assert.deepEqual(readRecord(at('a', run))?.metrics, readRecord(at('whole', whole))?.metrics);
    assert.deepEqual(readSteps(at('a', run)).map((s) => s.terms), readSteps(at('whole', whole)).map((s) => s.terms));
  }
});

test('starting it again does nothing; other rungs or seeds are another study', async () => {
  const before = state('a');
  const { stderr } = await swapgraph('run', 'sweep.yaml', '--out', 'a');
  assert.match(stderr, /6 of 6 runs are done/);
  assert.ok(!stderr.includes('seed 0'), stderr);
  assert.deepEqual(state('a'), before);
  await assert.rejects(swapgraph('run', 'sweep.yaml', '--out', 'a', '--seeds', '3'), /another plan/);
});

test('killed within and between rungs, it goes on to the same result', async () => {
  await killWhen('k', () => readSteps(at('k', 'p-01/seed-0')).length >= 1);
  await killWhen('k', () => readSteps(at('k', `${survivor}/seed-0`)).length >= 4);
  await swapgraph('run', 'sweep.yaml', '--out', 'k');
  assert.deepEqual(state('k'), state('a'));
  for (const seed of [0, 1]) assert.ok(checkpoint('k', `${survivor}/seed-${seed}`).equals(checkpoint('a', `${survivor}/seed-${seed}`)));
});

/** Starts the sweep and kills its process group once something has happened, or lets it end. */
async function killWhen(out: string, reached: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [bin, 'run', 'sweep.yaml', '--out', out], { cwd: dir, env, stdio: 'ignore', detached: true });
  const closed = new Promise((resolve) => child.on('close', resolve));
  const limit = performance.now() + 120_000;
  while (child.exitCode === null && !(existsSync(path.join(dir, out)) && reached())) {
    assert.ok(performance.now() < limit, 'the sweep makes progress');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGKILL');
  await closed;
}
