import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { syntheticRun } from '../../lib/faces/synthetic.ts';
import { readRecord, readSteps } from '../../lib/launch/run-files.ts';
import { readSafetensors } from '../../lib/weights/safetensors.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = path.join(root, 'lib/cli/bin.mjs');
let dir = '';
before(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-study-'));
  const graphs = path.join(root, 'graphs');
  writeFileSync(path.join(dir, 'tiny.yaml'), `kind: experiment
name: tiny
models:
  generator: { graph: ${graphs}/generators/facechanger.yaml, with: { width: 4, depth: 1 } }
  critic: { graph: ${graphs}/critics/patchgan.yaml, with: { width: 4 } }
data: { dataset: rendered-faces, size: 32, batch: 2, pictures: 16 }
step:
  inputs: { s: source.image, t: target.image }
  nodes:
    small: { op: resize, in: s, to: [4, 4], method: bilinear }
    flat: { op: flatten, in: small }
    swap: { model: generator, in: { target: t, id: flat } }
    fake: { model: critic, in: swap }
    real: { model: critic, in: t }
order: [critic, generator]
phases:
  critic:
    update: [critic]
    optimizer: { type: adam, lr: 1e-3 }
    terms: { adversarial: { graph: ${graphs}/losses/critic-log.yaml, in: { real: real, fake: fake } } }
  generator:
    update: [generator]
    optimizer: { type: adamw, lr: 2e-3 }
    terms:
      same: { graph: ${graphs}/losses/l1.yaml, in: [swap, t] }
      adversarial: { graph: ${graphs}/losses/generator-log.yaml, in: fake, weight: 0.01 }
predict:
  inputs: { s: source.image, t: target.image }
  nodes:
    small: { op: resize, in: s, to: [4, 4], method: bilinear }
    flat: { op: flatten, in: small }
    swap: { model: generator, in: { target: t, id: flat } }
  outputs: { swap: swap }
evaluate: { pairs: 4, metrics: [csim, psnr-outside-mask] }
train: { steps: 12, checkpoint: { every: 3, keep: 2 }, ema: { generator: 0.9 } }
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

const env = { ...process.env, SWAPGRAPH_CACHE: process.env.SWAPGRAPH_CACHE ?? '', NO_COLOR: '1' };
if (env.SWAPGRAPH_CACHE === '') delete (env as Record<string, unknown>).SWAPGRAPH_CACHE;

async function swapgraph(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [bin, ...args], { cwd: dir, env, maxBuffer: 1e8 })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const weights = (out: string, run: string): Buffer => readFileSync(path.join(dir, out, run, 'checkpoints/step-000000012.safetensors'));

test('a study trains its variants and seeds, evaluates, tracks and reports', async () => {
  const { code, stdout, stderr } = await swapgraph('run', 'study.yaml', '--out', 'a');
  assert.equal(code, 0, stderr);
  for (const text of ['full', 'no-critic', 'report.html', 'MLFLOW_ALLOW_FILE_STORE=true mlflow ui', 'csim']) assert.ok(stdout.includes(text), `"${text}" in:\n${stdout}`);
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

test('variants start from the same weights and see the same pairs; seeds differ', async () => {
  const first = (run: string): number => readSteps(path.join(dir, 'a', run))[0].terms['generator/same'];
  assert.equal(first('full/seed-0'), first('no-critic/seed-0'));
  assert.notEqual(first('full/seed-0'), first('full/seed-1'));
});

test('starting again does nothing that is done; a changed file is refused', async () => {
  const { code, stderr } = await swapgraph('run', 'study.yaml', '--out', 'a');
  assert.equal(code, 0);
  assert.match(stderr, /4 of 4 runs are done/);
  const changed = await swapgraph('run', 'study.yaml', '--out', 'a', '--set', '/train/steps=13');
  assert.equal(changed.code, 1);
  assert.match(changed.stderr, /another plan.*\n?.*choose another --out/);
});

test('killed at any moment and started again, a study gives the same bytes', async () => {
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const out = signal.toLowerCase();
    for (let round = 0; round < 2; round++) await killAfterSteps(out, 3 + 4 * round, signal);
    const { code, stderr } = await swapgraph('run', 'study.yaml', '--out', out, '--seeds', '1');
    assert.equal(code, 0, stderr);
    for (const run of ['full/seed-0', 'no-critic/seed-0']) {
      assert.deepEqual(readSafetensors(path.join(dir, out, run, 'checkpoints/step-000000012.safetensors')).weights, readSafetensors(path.join(dir, 'a', run, 'checkpoints/step-000000012.safetensors')).weights);
      assert.ok(weights(out, run).equals(weights('a', run)));
      assert.deepEqual(readSteps(path.join(dir, out, run)).map((s) => [s.step, s.terms]), readSteps(path.join(dir, 'a', run)).map((s) => [s.step, s.terms]));
    }
  }
});

/** Starts the study and kills its process group once the first run has done `steps` steps. */
async function killAfterSteps(out: string, steps: number, signal: NodeJS.Signals): Promise<void> {
  const child = spawn(process.execPath, [bin, 'run', 'study.yaml', '--out', out, '--seeds', '1'], { cwd: dir, env, stdio: 'ignore', detached: true });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const run = path.join(dir, out, 'full/seed-0');
  const limit = performance.now() + 120_000;
  while (!existsSync(run) || readSteps(run).length < steps) {
    assert.ok(performance.now() < limit, 'the run makes progress');
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (child.exitCode === null) process.kill(-(child.pid as number), signal);
  const code = await closed;
  if (signal === 'SIGINT' && code !== 0) assert.equal(code, 130);
}

test('a term that is not a number stops the run before the update, is named, and the last good checkpoint stays', async () => {
  writeFileSync(path.join(dir, 'log.yaml'), 'kind: graph\nname: log-loss\ninputs: { x: [N, ...] }\nnodes:\n  bad: { op: formula, in: x, expr: log(x - 100) }\n  mean: { op: mean, in: bad }\noutputs: { loss: mean }\n');
  writeFileSync(path.join(dir, 'nan.yaml'), 'kind: experiment\nname: nan\nextends: ./tiny.yaml\nadd: { /phases/generator/terms/late: { graph: ./log.yaml, in: swap, from: 7 } }\n');
  const { code, stderr } = await swapgraph('run', 'nan.yaml', '--out', 'nan');
  assert.equal(code, 3);
  assert.match(stderr, /step 7: the value of "late" in phase "generator" is not finite; the weights were not updated/);
  const run = path.join(dir, 'nan/nan/seed-0');
  assert.equal(readRecord(run)?.status, 'failed');
  assert.ok(existsSync(path.join(run, 'checkpoints/step-000000006.safetensors')));
  const { weights: kept } = readSafetensors(path.join(run, 'checkpoints/step-000000006.safetensors'));
  assert.ok([...kept.values()].every((w) => w.data.every(Number.isFinite)));
});
