import assert from 'node:assert/strict';
import { freemem } from 'node:os';
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
