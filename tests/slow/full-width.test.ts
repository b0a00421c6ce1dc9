import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { predictMemory } from '../../lib/plan/predict-memory.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { nativeEngine } from '../support/native.ts';
import { stepMemory } from '../support/step-memory.ts';

before(nativeEngine);

const GIB = 2 ** 30;
const file = fileURLToPath(new URL('../../experiments/facechanger-full.yaml', import.meta.url));
const registry = standardRegistry();
const experiment = loadExperimentFile(file, createContext(registry));

test('the generator has 138.6 M parameters', () => {
  const count = experiment.step.weights.filter((w) => w.id.startsWith('generator/') && w.trainable).reduce((sum, w) => sum + w.shape.reduce<number>((n, d) => n * Number(d), 1), 0);
  assert.equal((count / 1e6).toFixed(1), '138.6');
});

// From step 2000 on both phases and all terms act. A step takes minutes on two cores.
test('one true step of FaceChanger at full width stays below 16 GiB, as predicted', { skip: freemem() < 12 * GIB ? 'less than 12 GiB of memory are free' : false }, () => {
  const { peak, terms } = stepMemory(file, '--steps', '1', '--at', '2000');
  assert.deepEqual(Object.keys(terms).sort(), ['critic/adversarial', 'generator/adversarial', 'generator/id', 'generator/tap/cyclic', 'generator/tap/masked']);
  assert.ok(Object.values(terms).every(Number.isFinite));
  assert.ok(peak < 16 * 1024, `${peak.toFixed(0)} MiB`);
  const predicted = predictMemory(experiment, registry).peak / 2 ** 20;
  assert.ok(Math.abs(predicted / peak - 1) <= 0.25, `predicted ${predicted.toFixed(0)} MiB, measured ${peak.toFixed(0)}`);
});

// With moving averages the state is larger than 2 GiB, which neither one array of Node's nor one run of a session would hold. Smaller
// pictures: the weights are the same.
test('the state of a run at full width goes through a checkpoint bit by bit', { skip: freemem() < 16 * GIB ? 'less than 16 GiB of memory are free' : false }, (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'swapgraph-full-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const { checkpoint } = stepMemory(file, '--steps', '1', '--at', '2000', '--set', '/data/size=64', '--set', '/train/ema={ generator: 0.99 }', '--checkpoint', dir);
  assert.ok(checkpoint && checkpoint.bytes > 2 * GIB, `${checkpoint?.bytes} bytes`);
  assert.deepEqual([checkpoint.same, checkpoint.left], [true, []]);
});
