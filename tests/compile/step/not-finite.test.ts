import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createCompiledStep } from '../../../lib/compile/step/compiled/compiled.ts';
import { createEagerStep } from '../../../lib/compile/step/eager.ts';
import { NonFiniteError, type StepEngine, type TrainState } from '../../../lib/compile/step/step-engine.ts';
import { diskFiles } from '../../../lib/compose/files.ts';
import type { Experiment } from '../../../lib/ir/experiment.ts';
import { createContext, loadExperimentFile } from '../../../lib/plan/load.ts';
import type { WeightArray } from '../../../lib/weights/weights.ts';
import { nativeEngine } from '../../support/native.ts';
import { batchAt, registry } from './support.ts';

before(nativeEngine);

const root = fileURLToPath(new URL('../../..', import.meta.url));
const at = (name: string): string => path.join(root, 'experiments', name);

// Two phases that share nothing, so that either can go wrong alone. The second has a term whose value is 0 and whose gradient is none: the
// slope of a root at 0. It sets in at step 2.
const FILES = new Map([
  [at('halves.yaml'), `kind: experiment
name: halves
models: { first: { graph: ./net.yaml }, second: { graph: ./net.yaml } }
data: { dataset: rendered-faces, size: 8, batch: 2 }
step:
  inputs: { s: source.image, t: target.image }
  nodes: { a: { model: first, in: s }, b: { model: second, in: t } }
order: [first, second]
phases:
  first: { update: [first], optimizer: { type: adam, lr: 1e-2 }, terms: { size: { graph: ../graphs/losses/l2.yaml, in: [a, s] } } }
  second:
    update: [second]
    optimizer: { type: adam, lr: 1e-2 }
    terms:
      size: { graph: ../graphs/losses/l2.yaml, in: [b, t] }
      steep: { graph: ./steep.yaml, in: b, from: 2 }
train: { steps: 4, ema: { first: 0.5, second: 0.5 } }
`],
  [at('net.yaml'), 'kind: graph\nname: net\ninputs: { x: [N, H, W, 3] }\nnodes:\n  conv: { op: conv2d, in: x, channels: 3, kernel: 3 }\n  norm: { op: batch-norm, in: conv }\noutputs: { out: norm }\n'],
  [at('steep.yaml'), 'kind: graph\nname: steep\ninputs: { x: [N, ...] }\nnodes:\n  root: { op: formula, in: x, expr: sqrt(x * 0) }\n  mean: { op: mean, in: root }\noutputs: { loss: mean }\n'],
]);
const experiment: Experiment = loadExperimentFile(at('halves.yaml'), createContext(registry, diskFiles(FILES)), {});

interface Failed {
  readonly error: NonFiniteError;
  readonly before: TrainState['arrays'];
  readonly after: TrainState['arrays'];
}

/** Two good steps and then one that fails: at step 1 with a poisoned input, or at step 2 of itself. */
async function fail(create: typeof createEagerStep, poisoned?: 's' | 't'): Promise<Failed> {
  const engine: StepEngine = create(experiment, { registry, seed: 3, given: new Map() });
  const last = poisoned === undefined ? 2 : 1;
  for (let step = 0; step < last; step++) await engine.run(batchAt(experiment, step), step);
  const before = (await engine.save()).arrays;
  const batch = batchAt(experiment, last);
  if (poisoned !== undefined) (batch[poisoned].data as Float32Array)[5] = Number.NaN;
  const error: unknown = await engine.run(batch, last).then(() => undefined, (e: unknown) => e);
  assert.ok(error instanceof NonFiniteError);
  const after = (await engine.save()).arrays;
  await engine.dispose();
  return { error, before, after };
}

/** The arrays whose bits differ. */
function moved({ before, after }: Failed): string[] {
  const bytes = (array: WeightArray | undefined): Buffer => (array ? Buffer.from(array.data.buffer, array.data.byteOffset, array.data.byteLength) : Buffer.alloc(0));
  return [...after].filter(([key, array]) => !bytes(array).equals(bytes(before.get(key)))).map(([key]) => key);
}

describe('a phase that is not finite', () => {
  for (const [kind, create] of Object.entries({ eager: createEagerStep, compiled: createCompiledStep })) {
    test(`keeps the phases after it from updating anything, ${kind}`, async () => {
      const failed = await fail(create, 's');
      assert.deepEqual([failed.error.phase, failed.error.terms, failed.error.what], ['first', ['size'], 'value']);
      assert.deepEqual(moved(failed), []);
    });

    test(`leaves what the phases before it have done, and moves no average, ${kind}`, async () => {
      const failed = await fail(create, 't');
      assert.deepEqual([failed.error.phase, failed.error.what], ['second', 'value']);
      const keys = moved(failed);
      assert.ok(keys.includes('weight:first/conv.kernel') && keys.includes('weight:first/norm.mean') && keys.some((k) => k.startsWith('slot:first/')), keys.join());
      assert.deepEqual(keys.filter((key) => !/^(weight:first\/|slot:first\/)/.test(key)), []);
      for (const [key, { data }] of failed.after) assert.ok(data.every(Number.isFinite), key);
    });

    test(`is told by its gradient too, where the values are finite, ${kind}`, async () => {
      const failed = await fail(create);
      assert.deepEqual([failed.error.step, failed.error.phase, failed.error.terms, failed.error.what], [2, 'second', ['steep'], 'gradient']);
      assert.deepEqual(moved(failed).filter((key) => !/^(weight:first\/|slot:first\/)/.test(key)), []);
      for (const [key, { data }] of failed.after) assert.ok(data.every(Number.isFinite), key);
    });
  }
});
