import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DTYPE } from '../../../lib/compile/graph/graph.ts';
import { createCompiledStep } from '../../../lib/compile/step/compiled/compiled.ts';
import type { Batch, BatchField, StepOutcome, TrainState } from '../../../lib/compile/step/step-engine.ts';
import type { Experiment } from '../../../lib/ir/experiment.ts';
import { createContext, loadExperimentFile } from '../../../lib/plan/load.ts';
import { predictMemory } from '../../../lib/plan/predict-memory.ts';
import { fillUniform } from '../../../lib/random/fill.ts';
import { concreteShape } from '../../../lib/shape/shape.ts';
import { nativeEngine } from '../../support/native.ts';
import { batchAt, graphsOf, recomputedToy, registry, toy } from './support.ts';

before(nativeEngine);

type Precision = Experiment['precision'];
const mixed = (experiment: Experiment): Experiment => ({ ...experiment, precision: 'mixed-bfloat16' });

const file = fileURLToPath(new URL('../../support/deep/deep.yaml', import.meta.url));

/** A network of residual blocks, all of them recomputed or none. */
function deep(remat: boolean, precision: Precision, ...set: string[]): Experiment {
  return loadExperimentFile(file, createContext(registry), { set: [`/models/net/with={ depth: 4, remat: ${String(remat)} }`, '/data/size=32', '/data/batch=2', `/precision=${precision}`, ...set] });
}

function noise({ step: { inputs } }: Experiment, seed: number): Batch {
  return Object.fromEntries(inputs.map((input): [string, BatchField] => {
    const shape = concreteShape(input.shape);
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    fillUniform(data, seed, ['batch', input.name]);
    return [input.name, { shape, dtype: 'float32', data }];
  }));
}

interface Trained {
  readonly outcomes: readonly StepOutcome[];
  readonly arrays: TrainState['arrays'];
}

async function train(experiment: Experiment, seed: number, batches: readonly Batch[]): Promise<Trained> {
  const engine = createCompiledStep(experiment, { registry, seed, given: new Map() });
  const outcomes: StepOutcome[] = [];
  for (const [step, batch] of batches.entries()) outcomes.push(await engine.run(batch, step));
  const { arrays } = await engine.save();
  await engine.dispose();
  return { outcomes, arrays };
}

/** |a - b| over |b| of the arrays of one kind, laid end to end. */
function distance(a: Trained, b: Trained, kind: RegExp): number {
  let [error, norm] = [0, 0];
  for (const [key, { data }] of b.arrays) {
    if (!kind.test(key)) continue;
    const other = a.arrays.get(key)?.data as Float32Array;
    (data as Float32Array).forEach((v, i) => { error += (v - other[i]) ** 2; norm += v ** 2; });
  }
  assert.ok(norm > 0, String(kind));
  return Math.sqrt(error / norm);
}

/** Adam's average of gradients after one step is a tenth of the gradient. */
const GRADIENT = /^slot:main\/mean\//;
const STATISTICS = /^weight:.*\.(mean|variance)$/;

describe('recomputation in mixed precision', () => {
  // What the forward pass gives is read once where a block is recomputed, so TensorFlow adds a bias before it rounds, not after: other
  // roundings of the same size. Measured: the gradients are 0.8 to 2.0 % off float32 in both, and from 0 to 0.8 of that off each other.
  test('gives gradients and statistics as near to float32 as without it', async () => {
    for (const seed of [1, 2, 3]) {
      const batch = noise(deep(false, 'float32'), seed);
      const [exact, plain, again] = await Promise.all([deep(false, 'float32'), deep(false, 'mixed-bfloat16'), deep(true, 'mixed-bfloat16')].map((e) => train(e, seed, [batch])));
      for (const kind of [GRADIENT, STATISTICS]) {
        const [off, expected, apart] = [distance(again, exact, kind), distance(plain, exact, kind), distance(again, plain, kind)];
        assert.ok(expected > 0, 'mixed precision rounds');
        assert.ok(off <= 1.5 * expected, `seed ${seed}, ${kind}: ${off} off float32, ${expected} without recomputation`);
        assert.ok(apart <= 1.5 * expected, `seed ${seed}, ${kind}: ${apart} apart, rounding is ${expected}`);
      }
      const [value, other] = [again, plain].map((t) => t.outcomes[0].totals.main);
      assert.ok(Math.abs(value - other) <= 2 ** -9 * other, `${value} and ${other}`);
    }
  });

  // Nothing of the critics is fused differently, so not a bit differs: draws, statistics, second order and two phases included.
  test('gives the same bits where TensorFlow fuses alike', async () => {
    const batches = [0, 1, 2, 3].map((step) => batchAt(toy(), step));
    const [plain, again] = [await train(mixed(toy()), 3, batches), await train(mixed(recomputedToy('critic', 'fixed')), 3, batches)];
    assert.ok(again.outcomes.some((o) => 'critic/r1' in o.terms), 'a term of second order acts');
    const low = (experiment: Experiment): number => graphsOf(experiment, 3).run.filter((n) => n.op === 'Conv2D' && n.outputs[0].dtype === DTYPE.bfloat16).length;
    assert.ok(low(mixed(recomputedToy('critic', 'fixed'))) > low(mixed(toy())) + 4, 'convolutions run again, in bfloat16');
    assert.deepEqual(again.outcomes, plain.outcomes);
    assert.deepEqual([...again.arrays].sort(), [...plain.arrays].sort());
  });

  test('is predicted to keep less', () => {
    const taken = (remat: boolean): number => predictMemory(deep(remat, 'mixed-bfloat16', `/models/net/with={ depth: 32, remat: ${String(remat)} }`), registry).temporaries;
    assert.ok(taken(true) < 0.5 * taken(false), `${taken(true)} and ${taken(false)} bytes`);
  });
});
