import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import { createEagerStep } from '../../lib/compile/step/eager.ts';
import type { Batch, BatchField } from '../../lib/compile/step/step-engine.ts';
import { tf } from '../../lib/engine/tf.ts';
import type { Experiment } from '../../lib/ir/experiment.ts';
import { createContext, loadDocument, loadExperimentFile } from '../../lib/plan/load.ts';
import { concreteShape } from '../../lib/shape/shape.ts';
import { fillUniform } from '../../lib/random/fill.ts';
import { child } from '../../lib/source/tree.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { givenWeights } from '../../lib/train/given-weights.ts';
import { nativeEngine } from '../support/native.ts';
import { ROOT, shippedFiles } from './shipped.ts';

before(nativeEngine);

const registry = standardRegistry();
const context = createContext(registry);
const experiments = shippedFiles().filter((f) => child(context.files.read(path.join(ROOT, f)), 'kind')?.kind === 'scalar' && loadKind(f) === 'experiment');

function loadKind(file: string): string {
  const kind = child(context.files.read(path.join(ROOT, file)), 'kind');
  return kind?.kind === 'scalar' && kind.value !== 'prepare' ? loadDocument(path.join(ROOT, file), context).kind : '';
}

test('some experiments ship', () => {
  assert.ok(experiments.length > 0);
});

for (const file of experiments) {
  test(`${file} trains one step at profile quick`, async () => {
    const experiment = quick(path.join(ROOT, file));
    const tensors = tf.memory().numTensors;
    const step = createEagerStep(experiment, { registry, seed: 0, given: givenWeights(experiment) });
    const before = await step.weights('raw');
    const outcome = await step.run(fakeBatch(experiment), lastStart(experiment));
    const after = await step.weights('raw');
    await step.dispose();
    assert.equal(tf.memory().numTensors, tensors, 'no tensor is left');
    assert.deepEqual(Object.keys(outcome.totals).sort(), [...experiment.order].sort(), 'every phase ran');
    for (const [phase, norm] of Object.entries(outcome.gradientNorms)) assert.ok(norm > 0, `phase ${phase} has a gradient`);
    const moved = (model: string): boolean => [...after].some(([id, w]) => id.startsWith(`${model}/`) && w.data.some((v, i) => v !== before.get(id)?.data[i]));
    for (const model of Object.values(experiment.models)) {
      const trained = Object.values(experiment.phases).some((p) => p.update.includes(model.name));
      assert.equal(moved(model.name), trained, `${model.name} ${trained ? 'moves' : 'stays'}`);
    }
  });
}

function quick(file: string): Experiment {
  const profiles = child(loadDocument(file, context).tree, 'profiles');
  return loadExperimentFile(file, context, { ...(child(profiles, 'quick') ? { profile: 'quick' } : {}), set: ['/data/size=32', '/data/batch=2'] });
}

/** A step at which every phase and term acts. */
function lastStart(experiment: Experiment): number {
  const windows = Object.values(experiment.phases).flatMap((p) => [p.window, ...p.terms.flatMap((t) => t.windows)]);
  return Math.max(0, ...windows.map((w) => w.from));
}

function fakeBatch(experiment: Experiment): Batch {
  return Object.fromEntries(experiment.step.inputs.map((input): [string, BatchField] => {
    const shape = concreteShape(input.shape);
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    fillUniform(data, 0, ['fake-batch', input.name]);
    return [input.name, { shape, dtype: input.dtype, data: input.dtype === 'float32' ? data : Int32Array.from(data, (v) => Math.floor(2 * v)) }];
  }));
}
