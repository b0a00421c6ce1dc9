import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createCompiledStep } from '../../../lib/compile/step/compiled/compiled.ts';
import { createEagerStep, type StepOptions } from '../../../lib/compile/step/eager.ts';
import { NonFiniteError, type StepEngine, type StepOutcome, type TrainState } from '../../../lib/compile/step/step-engine.ts';
import { DiagnosticError } from '../../../lib/diagnostics/diagnostic.ts';
import type { NativeBackend } from '../../../lib/engine/native-binding.ts';
import { tf } from '../../../lib/engine/tf.ts';
import type { Experiment } from '../../../lib/ir/experiment.ts';
import { nativeEngine } from '../../support/native.ts';
import { batchAt, registry, toy } from './support.ts';
import type { WeightArray } from '../../../lib/weights/weights.ts';

before(nativeEngine);

const options: StepOptions = { registry, seed: 3, given: new Map() };
const sessions = (): number => (tf.findBackend('tensorflow') as NativeBackend).binding.getNumOfSavedModels();

async function steps(engine: StepEngine, experiment: Experiment, from: number, until: number): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (let step = from; step < until; step++) outcomes.push(await engine.run(batchAt(experiment, step), step));
  return outcomes;
}

/** |a - b| over |b|, of all arrays laid end to end. */
function distance(a: TrainState['arrays'], b: TrainState['arrays']): number {
  let [error, norm] = [0, 0];
  for (const [key, { data }] of b) {
    const other = a.get(key)?.data as Float32Array;
    (data as Float32Array).forEach((v, i) => { error += (v - other[i]) ** 2; norm += v ** 2; });
  }
  return Math.sqrt(error / norm);
}

const near = (a: number, b: number, where: string): void => assert.ok(Math.abs(a - b) <= 1e-4 * Math.abs(b) + 1e-6, `${where}: ${a} and ${b}`);
const family = (arrays: TrainState['arrays'], prefix: string): TrainState['arrays'] => new Map([...arrays].filter(([key]) => key.startsWith(prefix)));

function same(a: TrainState['arrays'], b: TrainState['arrays']): void {
  assert.deepEqual([...a.keys()].sort(), [...b.keys()].sort());
  const bytes = (array: TrainState['arrays'] extends ReadonlyMap<string, infer A> ? A : never): Buffer => Buffer.from(array.data.buffer, array.data.byteOffset, array.data.byteLength);
  for (const [key, array] of a) assert.ok(bytes(array).equals(bytes(b.get(key) as typeof array)), `${key} differs in its bits`);
}

describe('the compiled step', () => {
  test('agrees with the eager step over 20 steps', async () => {
    const experiment = toy();
    // With this seed no pixel of the L1 term and no rectifier lies so near to its kink that rounding decides its side, which would change a
    // gradient by a thousandth from weights that differ by 3e-9.
    const seeded = { ...options, seed: 4 };
    const [eager, compiled] = [createEagerStep(experiment, seeded), createCompiledStep(experiment, seeded)];
    const expected = await steps(eager, experiment, 0, 20);
    const got = await steps(compiled, experiment, 0, 20);
    expected.forEach((outcome, step) => {
      for (const kind of ['terms', 'totals', 'gradientNorms', 'learningRates'] as const) {
        assert.deepEqual(Object.keys(got[step][kind]), Object.keys(outcome[kind]));
        for (const [name, value] of Object.entries(outcome[kind])) near(got[step][kind][name], value, `step ${step}, ${kind} ${name}`);
      }
    });
    const [a, b] = [await compiled.save(), await eager.save()];
    assert.deepEqual([...a.arrays.keys()].sort(), [...b.arrays.keys()].sort());
    assert.deepEqual(a.updates, b.updates);
    for (const part of ['weight:generator/', 'weight:critic/', 'ema:', 'slot:critic/square/', 'slot:generator/sum/']) {
      assert.ok(family(b.arrays, part).size > 0, part);
      assert.ok(distance(family(a.arrays, part), family(b.arrays, part)) <= 1e-4, `${part} off by ${distance(family(a.arrays, part), family(b.arrays, part))}`);
    }
    const statistics = [...b.arrays.keys()].filter((key) => /running|mean$|variance$/.test(key));
    assert.ok(statistics.length > 0, 'some running statistics are compared');
    await Promise.all([eager.dispose(), compiled.dispose()]);
  });

  test('resumes bit by bit, from its own state and into the other engine', async () => {
    const experiment = toy();
    const whole = createCompiledStep(experiment, options);
    await steps(whole, experiment, 0, 9);
    const end = (await whole.save()).arrays;
    for (const stop of [4]) {
      const first = createCompiledStep(experiment, options);
      await steps(first, experiment, 0, stop);
      const state = await first.save();
      await first.dispose();
      const second = createCompiledStep(experiment, options);
      await second.restore(state);
      await steps(second, experiment, stop, 9);
      same((await second.save()).arrays, end);
      await second.dispose();
      const eager = createEagerStep(experiment, options);
      await eager.restore(state);
      await steps(eager, experiment, stop, 9);
      assert.ok(distance((await eager.save()).arrays, end) <= 1e-4);
      await eager.dispose();
    }
    await whole.dispose();
  });

  test('leaves the weights as they were where something is not finite, and says what', async () => {
    const experiment = toy('/phases/generator/optimizer/accumulate=1');
    const engine = createCompiledStep(experiment, options);
    await steps(engine, experiment, 0, 2);
    const good = await engine.save();
    const batch = batchAt(experiment, 2);
    (batch.t.data as Float32Array)[7] = Number.NaN;
    const error = await engine.run(batch, 2).then(() => undefined, (e: unknown) => e);
    assert.ok(error instanceof NonFiniteError);
    assert.equal(error.phase, 'generator');
    assert.deepEqual(error.terms, ['same', 'fixed']);
    same((await engine.save()).arrays, good.arrays);
    const eager = createEagerStep(experiment, options);
    await eager.restore(good);
    await assert.rejects(eager.run(batch, 2), { message: error.message });
    await Promise.all([engine.dispose(), eager.dispose()]);
  });

  test('reads weights and averages before the first step and after the last', async () => {
    const experiment = toy();
    const [eager, compiled] = [createEagerStep(experiment, options), createCompiledStep(experiment, options)];
    assert.deepEqual(await compiled.weights('raw'), await eager.weights('raw'));
    await steps(compiled, experiment, 0, 2);
    const [raw, averaged] = [await compiled.weights('raw'), await compiled.weights('ema')];
    assert.ok(distance(raw, averaged) > 0);
    assert.deepEqual([...raw.keys()].sort(), [...averaged.keys()].sort());
    await Promise.all([eager.dispose(), compiled.dispose()]);
  });

  test('averages move once per update, not at the batches that are gathered for it', async () => {
    const experiment = toy();
    for (const create of [createEagerStep, createCompiledStep]) {
      const engine = create(experiment, options);
      const ids = [...(await engine.weights('ema')).keys()].filter((id) => /^generator.*(kernel|bias)$/.test(id));
      const averages = async (): Promise<Map<string, WeightArray>> => {
        const all = await engine.weights('ema');
        return new Map(ids.map((id) => [id, all.get(id) as WeightArray]));
      };
      const seen = [await averages()];
      for (const step of [0, 1, 2, 3]) {
        await steps(engine, experiment, step, step + 1);
        seen.push(await averages());
      }
      assert.deepEqual(seen[1], seen[0]);
      assert.ok(distance(seen[2], seen[1]) > 0);
      assert.deepEqual(seen[3], seen[2]);
      assert.ok(distance(seen[4], seen[3]) > 0);
      await engine.dispose();
    }
  });

  test('prepared before its first batch, at the beginning or after a resume, gives the same bits', async () => {
    const experiment = toy();
    const whole = createCompiledStep(experiment, options);
    await steps(whole, experiment, 0, 4);
    const end = await whole.save();
    const first = createCompiledStep(experiment, options);
    await first.prepare?.(0);
    assert.equal(sessions(), 2, 'the graph is open');
    await steps(first, experiment, 0, 2);
    assert.equal(sessions(), 2, 'and is the one that runs');
    const second = createCompiledStep(experiment, options);
    await second.restore(await first.save());
    await second.prepare?.(2);
    await steps(second, experiment, 2, 4);
    same((await second.save()).arrays, end.arrays);
    await Promise.all([whole.dispose(), first.dispose(), second.dispose()]);
  });

  test('takes batches of another shape without losing its state', async () => {
    const experiment = toy('/phases/generator/optimizer/accumulate=1');
    const engine = createCompiledStep(experiment, options);
    await steps(engine, experiment, 0, 1);
    const before = (await engine.save()).arrays;
    const half = Object.fromEntries(Object.entries(batchAt(experiment, 1)).map(([name, f]) => [name, { ...f, shape: [1, ...f.shape.slice(1)], data: f.data.slice(0, f.data.length / 2) }]));
    const single = createCompiledStep(experiment, options);
    await single.restore({ arrays: before, updates: { critic: 1, generator: 1 } });
    const open = sessions();
    const other = await engine.run(half, 1);
    assert.equal(sessions(), open, 'the graph of the other shape is gone');
    assert.deepEqual(other, await single.run(half, 1));
    same((await engine.save()).arrays, (await single.save()).arrays);
    await Promise.all([engine.dispose(), single.dispose()]);
  });

  test('refuses a state of other shapes', async () => {
    const experiment = toy();
    const engine = createCompiledStep(experiment, options);
    const state = await engine.save();
    const [key, array] = [...state.arrays][0];
    await assert.rejects(engine.restore({ ...state, arrays: new Map([[key, { ...array, shape: [1, ...array.shape] }]]) }), DiagnosticError);
    await assert.rejects(engine.restore({ ...state, arrays: new Map([['weight:nobody/w', array]]) }), DiagnosticError);
    await engine.dispose();
  });

  test('leaves no session and no tensor', async () => {
    const before = [sessions(), tf.memory().numTensors];
    const experiment = toy();
    const engine = createCompiledStep(experiment, options);
    await steps(engine, experiment, 0, 1);
    assert.equal(sessions(), before[0] + 1);
    await engine.dispose();
    assert.deepEqual([sessions(), tf.memory().numTensors], before);
  });
});
