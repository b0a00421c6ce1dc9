import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { syntheticRun } from '../../lib/faces/synthetic.ts';
import { readRecord, readSteps } from '../../lib/launch/run-files.ts';
import { readSafetensors } from '../../lib/weights/safetensors.ts';
import { ROOT } from '../golden/shipped.ts';
import { interrupted, swapgraph } from '../support/command.ts';

let dir = '';
before(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-study-'));
  writeFileSync(path.join(dir, 'tiny.yaml'), `kind: experiment
name: tiny
extends: ${ROOT}/tests/support/tiny.yaml
add:
  /models/critic: { graph: ${ROOT}/graphs/critics/patchgan.yaml, with: { width: 4 } }
  /step/nodes/fake: { model: critic, in: swap }
  /step/nodes/real: { model: critic, in: t }
  /order: [critic, generator]
  /phases/critic:
    update: [critic]
    optimizer: { type: adam, lr: 1e-3 }
    terms: { adversarial: { graph: ${ROOT}/graphs/losses/critic-log.yaml, in: { real: real, fake: fake } } }
  /phases/generator/terms/adversarial: { graph: ${ROOT}/graphs/losses/generator-log.yaml, in: fake, weight: 0.01 }
  /evaluate: { pairs: 4, metrics: [csim, psnr-outside-mask] }
  /train/ema: { generator: 0.9 }
`);
  writeFileSync(path.join(dir, 'study.yaml'), `kind: ablation
name: tiny-study
base: ./tiny.yaml
baseline: full
seeds: 2
variants: { no-critic: { remove: [/phases/critic, /phases/generator/terms/adversarial] } }
claims: [{ expect: full.csim > no-critic.csim }]
`);
});
after(() => rmSync(dir, { recursive: true, force: true }));

const weights = (out: string, run: string): Buffer => readFileSync(path.join(dir, out, run, 'checkpoints/step-000000012.safetensors'));

test('a study trains its variants and seeds, evaluates, tracks and reports', () => {
  const { code, out, err } = swapgraph(['run', 'study.yaml', '--out', 'a'], dir);
  assert.equal(code, 0, err);
  for (const text of ['full', 'no-critic', 'report.html', 'MLFLOW_ALLOW_FILE_STORE=true mlflow ui', 'csim']) assert.ok(out.includes(text), `"${text}" in:\n${out}`);
  const run = path.join(dir, 'a/full/seed-1');
  const record = readRecord(run);
  assert.equal(record?.status, 'finished');
  assert.ok(Number.isFinite(record?.metrics.csim));
  assert.ok('copy-target' in (record?.controls ?? {}));
  const steps = readSteps(run);
  assert.deepEqual(steps.map((s) => s.step), Array.from({ length: 12 }, (_, i) => i));
  assert.deepEqual(Object.keys(steps[0].terms).sort(), ['critic/adversarial', 'generator/adversarial', 'generator/same']);
  const mean = (from: number, to: number): number => steps.slice(from, to).reduce((sum, s) => sum + s.terms['critic/adversarial'] / (to - from), 0);
  // Two pictures a batch: the pictures' own variance hides what the generator learns in twelve steps, but not what the critic learns.
  assert.ok(mean(9, 12) < mean(0, 3), 'the loss falls');
  assert.equal(syntheticRun(readFileSync(path.join(run, 'samples.png'))), 'tiny-study/full/seed-1');
  assert.ok(readFileSync(path.join(dir, 'a/report.html'), 'utf8').includes('tiny-study'));
});

test('variants start from the same weights and see the same pairs; seeds differ', () => {
  const first = (run: string): number => readSteps(path.join(dir, 'a', run))[0].terms['generator/same'];
  assert.equal(first('full/seed-0'), first('no-critic/seed-0'));
  assert.notEqual(first('full/seed-0'), first('full/seed-1'));
});

test('starting again does nothing that is done; a changed file is refused', () => {
  const { code, err } = swapgraph(['run', 'study.yaml', '--out', 'a'], dir);
  assert.equal(code, 0);
  assert.match(err, /4 of 4 runs are done/);
  const changed = swapgraph(['run', 'study.yaml', '--out', 'a', '--set', '/train/steps=13'], dir);
  assert.equal(changed.code, 1);
  assert.match(changed.err, /another plan.*\n?.*choose another --out/);
});

test('killed at any moment and started again, a study gives the same bytes', async () => {
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const out = signal.toLowerCase();
    for (let round = 0; round < 2; round++) await stopAfterSteps(out, 3 + 4 * round, signal);
    const { code, err } = swapgraph(['run', 'study.yaml', '--out', out, '--seeds', '1'], dir);
    assert.equal(code, 0, err);
    for (const run of ['full/seed-0', 'no-critic/seed-0']) {
      assert.deepEqual(readSafetensors(path.join(dir, out, run, 'checkpoints/step-000000012.safetensors')).weights, readSafetensors(path.join(dir, 'a', run, 'checkpoints/step-000000012.safetensors')).weights);
      assert.ok(weights(out, run).equals(weights('a', run)));
      assert.deepEqual(readSteps(path.join(dir, out, run)).map((s) => [s.step, s.terms]), readSteps(path.join(dir, 'a', run)).map((s) => [s.step, s.terms]));
    }
  }
});

/** Starts the study and stops it once the first run has done `steps` steps. */
async function stopAfterSteps(out: string, steps: number, signal: NodeJS.Signals): Promise<void> {
  const run = path.join(dir, out, 'full/seed-0');
  const code = await interrupted(['run', 'study.yaml', '--out', out, '--seeds', '1'], dir, signal, () => existsSync(run) && readSteps(run).length >= steps);
  if (signal === 'SIGINT' && code !== 0) assert.equal(code, 130);
}

test('a term that is not a number stops the run before the update, is named, and the last good checkpoint stays', () => {
  writeFileSync(path.join(dir, 'log.yaml'), 'kind: graph\nname: log-loss\ninputs: { x: [N, ...] }\nnodes:\n  bad: { op: formula, in: x, expr: log(x - 100) }\n  mean: { op: mean, in: bad }\noutputs: { loss: mean }\n');
  writeFileSync(path.join(dir, 'nan.yaml'), 'kind: experiment\nname: nan\nextends: ./tiny.yaml\nadd: { /phases/generator/terms/late: { graph: ./log.yaml, in: swap, from: 7 } }\n');
  const { code, err } = swapgraph(['run', 'nan.yaml', '--out', 'nan'], dir);
  assert.equal(code, 3);
  assert.match(err, /step 7: the value of "late" in phase "generator" is not finite; the weights were not updated/);
  const run = path.join(dir, 'nan/nan/seed-0');
  assert.equal(readRecord(run)?.status, 'failed');
  assert.ok(existsSync(path.join(run, 'checkpoints/step-000000006.safetensors')));
  const { weights: kept } = readSafetensors(path.join(run, 'checkpoints/step-000000006.safetensors'));
  assert.ok([...kept.values()].every((w) => w.data.every(Number.isFinite)));
});
