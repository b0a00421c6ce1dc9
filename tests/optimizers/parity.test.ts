import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { clipByGlobalNorm, clipByValue } from '../../lib/optimizers/clip.ts';
import { standardOptimizers } from '../../lib/optimizers/index.ts';
import { compileSchedule } from '../../lib/optimizers/schedule.ts';
import { withDefaults } from '../../lib/registry/attributes.ts';
import { nativeEngine } from '../support/native.ts';

interface Fixtures {
  readonly shapes: readonly number[][];
  readonly start: readonly number[][];
  readonly gradients: readonly number[][][];
  readonly cases: readonly {
    readonly optimizer: string;
    readonly attrs: Readonly<Record<string, unknown>>;
    readonly lr: unknown;
    readonly weights: Readonly<Record<string, readonly number[][]>>;
  }[];
  readonly clip: readonly { readonly scale: number; readonly maxNorm: number; readonly norm: number; readonly gradients: readonly number[][] }[];
}

const fixtures = JSON.parse(readFileSync(new URL('../parity/optimizers/fixtures.json', import.meta.url), 'utf8')) as Fixtures;
const tensors = (values: readonly (readonly number[])[]): Tensor[] => values.map((v, i) => tf.tensor([...v], fixtures.shapes[i]));

before(nativeEngine);

/** The largest error relative to max(1, |expected|). */
function worst(actual: readonly Tensor[], expected: readonly (readonly number[])[]): number {
  const errors = actual.flatMap((t, i) => [...t.dataSync()].map((v, k) => Math.abs(v - expected[i][k]) / Math.max(1, Math.abs(expected[i][k]))));
  return Math.max(...errors);
}

for (const { optimizer: name, attrs: given, lr, weights: expected } of fixtures.cases) {
  test(`${name} ${JSON.stringify(given)} equals PyTorch over 50 steps`, () => {
    const before = tf.memory().numTensors;
    const optimizer = standardOptimizers.find((o) => o.name === name);
    assert.ok(optimizer);
    const attrs = withDefaults(optimizer.attrs, given);
    const schedule = compileSchedule(lr);
    const update = optimizer.update(attrs);
    let weights = tensors(fixtures.start);
    let slots = weights.map((w) => Object.fromEntries(optimizer.slots(attrs).map((slot) => [slot, tf.zerosLike(w)])));
    fixtures.gradients.forEach((values, i) => {
      const gradients = tensors(values);
      const numbers = optimizer.scalars(attrs, i + 1, schedule(i));
      const scalars = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, tf.scalar(value)]));
      const updated = weights.map((weight, k) => update({ weight, gradient: gradients[k], slots: slots[k], scalars }));
      tf.dispose([weights, slots, gradients, scalars]);
      weights = updated.map((u) => u.weight);
      slots = updated.map((u) => ({ ...u.slots }));
      for (const slot of slots) assert.deepEqual(Object.keys(slot).sort(), [...optimizer.slots(attrs)].sort());
      const due = expected[String(i + 1)];
      if (due) assert.ok(worst(weights, due) < 1e-5, `step ${i + 1}: ${worst(weights, due)}`);
    });
    tf.dispose([weights, slots]);
    assert.equal(tf.memory().numTensors, before);
  });
}

for (const { scale, maxNorm, norm: expectedNorm, gradients: expected } of fixtures.clip) {
  test(`clipping gradients times ${scale} to norm ${maxNorm} equals clip_grad_norm_`, () => {
    const before = tf.memory().numTensors;
    const given = tensors(fixtures.gradients[0].map((g) => g.map((v) => v * scale)));
    const { gradients, norm } = clipByGlobalNorm(given, maxNorm);
    assert.ok(Math.abs(norm.dataSync()[0] / expectedNorm - 1) < 1e-6);
    assert.ok(worst(gradients, expected) < 1e-6);
    tf.dispose([given, [...gradients], norm]);
    assert.equal(tf.memory().numTensors, before);
  });
}

test('clipping by value cuts each element', () => {
  const given = tf.tensor1d([-3, -0.5, 0, 0.25, 7]);
  const [clipped] = clipByValue([given], 0.5);
  assert.deepEqual([...clipped.dataSync()], [-0.5, -0.5, 0, 0.25, 0.5]);
  tf.dispose([given, clipped]);
});

test('a limit that clips everything is refused', () => {
  assert.throws(() => clipByGlobalNorm([], 0), /above 0, received 0/);
  assert.throws(() => clipByValue([], -1), /above 0, received -1/);
});
