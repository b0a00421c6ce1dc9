import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { readRecord, readSteps } from '../../lib/launch/run-files.ts';
import { readRungs } from '../../lib/launch/rungs.ts';
import { ROOT } from '../golden/shipped.ts';
import { interrupted, swapgraph, type Outcome } from '../support/command.ts';

let dir = '';
before(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-sweep-'));
  writeFileSync(path.join(dir, 'tiny.yaml'), `kind: experiment
name: tiny
extends: ${ROOT}/tests/support/tiny.yaml
set:
  /phases/generator/optimizer: { type: adam, lr: { start: $rate, decay: 0.5, every: 3 } }
  /train: { steps: 9, checkpoint: { every: 100, keep: 2 }, ema: { generator: 0.9 } }
add:
  /params: { rate: { type: number, default: 2e-3 } }
  /evaluate: { pairs: 2, metrics: [psnr-outside-mask] }
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

/** The command's output, once it has succeeded. */
function done(...args: string[]): Outcome {
  const outcome = swapgraph(args, dir);
  assert.equal(outcome.code, 0, outcome.err);
  return outcome;
}

const POINTS = ['base', 'p-01', 'p-02'];
const RUNS = POINTS.flatMap((p) => [0, 1].map((seed) => `${p}/seed-${seed}`));
const at = (out: string, run: string): string => path.join(dir, out, run);
const state = (out: string): unknown => RUNS.map((run) => {
  const { status, step, metrics } = readRecord(at(out, run)) ?? {};
  return [run, status, step, metrics, readRungs(at(out, run)), readSteps(at(out, run)).map((s) => [s.step, s.terms])];
});
const checkpoint = (out: string, run: string): Buffer => readFileSync(path.join(at(out, run), 'checkpoints/step-000000009.safetensors'));

test('a sweep says before it runs how far its points train', () => {
  const { out } = done('run', 'sweep.yaml', '--plan');
  // (3 x 2 + 1 x 3 + 1 x 4) steps and 3 x 9 steps, two seeds each.
  assert.match(out, /stops early by psnr-outside-mask \(higher is better\): 3 points to step 2, 1 to step 5, 1 to step 9; at most 26 steps of 54/);
});

let survivor = '';
test('the best points train on, bit by bit as without a pause; the others are reported as stopped', () => {
  const { out } = done('run', 'sweep.yaml', '--out', 'a', '--jobs', '2');
  const score = (p: string): number => [0, 1].reduce((sum, seed) => sum + readRungs(at('a', `${p}/seed-${seed}`))[0].metrics['psnr-outside-mask'] / 2, 0);
  survivor = [...POINTS].sort((p, q) => score(q) - score(p))[0];
  for (const point of POINTS) {
    const records = [0, 1].map((seed) => readRecord(at('a', `${point}/seed-${seed}`)));
    assert.deepEqual(records.map((r) => [r?.status, r?.step]), point === survivor ? [['finished', 9], ['finished', 9]] : [['stopped', 2], ['stopped', 2]]);
    assert.equal(out.includes(`${point}: stopped at step 2, psnr-outside-mask ${score(point).toFixed(4)} there`), point !== survivor, out);
  }
  assert.match(out, /6 runs: 2 finished, 4 stopped early/);
  assert.deepEqual(readRungs(at('a', `${survivor}/seed-1`)).map((r) => r.step), [2, 5]);
  const page = readFileSync(path.join(dir, 'a/report.md'), 'utf8');
  assert.match(page, /## Stopped early/);
  const rate = { base: '2e-3', 'p-01': '1e-9', 'p-02': '1e-2' }[survivor] as string;
  done('run', 'tiny.yaml', '--out', 'whole', '--seeds', '2', '--set', `/params/rate=${rate}`);
  for (const seed of [0, 1]) {
    const [run, whole] = [`${survivor}/seed-${seed}`, `tiny/seed-${seed}`];
    assert.ok(checkpoint('a', run).equals(checkpoint('whole', whole)));
    assert.deepEqual(readRecord(at('a', run))?.metrics, readRecord(at('whole', whole))?.metrics);
    assert.deepEqual(readSteps(at('a', run)).map((s) => s.terms), readSteps(at('whole', whole)).map((s) => s.terms));
  }
});

test('starting it again does nothing; other rungs or seeds are another study', () => {
  const before = state('a');
  const { err } = done('run', 'sweep.yaml', '--out', 'a');
  assert.match(err, /6 of 6 runs are done/);
  assert.ok(!err.includes('seed 0'), err);
  assert.deepEqual(state('a'), before);
  const other = swapgraph(['run', 'sweep.yaml', '--out', 'a', '--seeds', '3'], dir);
  assert.equal(other.code, 1);
  assert.match(other.err, /another plan/);
});

test('killed within and between rungs, it goes on to the same result', async () => {
  await killWhen('k', () => readSteps(at('k', 'p-01/seed-0')).length >= 1);
  await killWhen('k', () => readSteps(at('k', `${survivor}/seed-0`)).length >= 4);
  done('run', 'sweep.yaml', '--out', 'k');
  assert.deepEqual(state('k'), state('a'));
  for (const seed of [0, 1]) assert.ok(checkpoint('k', `${survivor}/seed-${seed}`).equals(checkpoint('a', `${survivor}/seed-${seed}`)));
});

/** Starts the sweep and kills its process group once something has happened, or lets it end. */
async function killWhen(out: string, reached: () => boolean): Promise<void> {
  await interrupted(['run', 'sweep.yaml', '--out', out], dir, 'SIGKILL', () => existsSync(path.join(dir, out)) && reached());
}
