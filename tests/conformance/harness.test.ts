import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { defineOp, type Op } from '../../lib/registry/op.ts';
import { nativeEngine } from '../support/native.ts';
import { fixtureCase } from './case.ts';
import { firstOrderDisagreements, secondOrderDisagreements } from './numeric.ts';
import { checkAgainstFixture } from './parity.ts';
import { argumentsOf } from './run.ts';
import { atRandomSizes, checkDeclared } from './shapes.ts';

// The checks of ops.test.ts must notice what they are there for: known faults of tfjs, and small mistakes.
const pointwise = (apply: (x: Tensor) => Tensor): Op => defineOp({
  name: 'trial', doc: 'A trial.', attrs: {}, inputs: ['x'], shape: (_a, [x]) => [x], build: () => ([x]) => [apply(x)],
  examples: [{ in: [['N', 6, 5, 2]], out: [['N', 6, 5, 2]] }],
});

const padded = (slack: number): Op => defineOp({
  name: 'trial', doc: 'A trial.', attrs: {}, inputs: ['x'],
  shape: (_a, [[n, h, w, c]]) => [[n, (h as number) + slack, (w as number) + 2, c]],
  build: () => ([x]) => [tf.mirrorPad(x as never, [[0, 0], [1, 1], [1, 1], [0, 0]], 'reflect')],
  examples: [{ in: [[2, 6, 5, 2]], out: [[2, 8, 7, 2]] }],
});

function disagreements(op: Op, check: typeof firstOrderDisagreements): number {
  return tf.tidy(() => {
    const c = fixtureCase(op, 0);
    return check(c, argumentsOf(c)).length as never;
  }) as unknown as number;
}

describe('the conformance checks notice', () => {
  before(nativeEngine);

  it('a wrong gradient (tfjs: mirror padding)', () => {
    assert.equal(disagreements(padded(2), firstOrderDisagreements), 1);
  });

  it('a gradient that is 3 % off', () => {
    const wrong = tf.customGrad((x) => ({ value: tf.square(x as Tensor), gradFunc: (dy: Tensor) => tf.mul(tf.mul(dy, 2.06), x as Tensor) }));
    assert.equal(disagreements(pointwise((x) => wrong(x)), firstOrderDisagreements), 1);
    assert.equal(disagreements(pointwise((x) => tf.square(x)), firstOrderDisagreements), 0);
  });

  it('a second derivative that is lost without an error (tfjs: sigmoid)', () => {
    assert.equal(disagreements(pointwise((x) => tf.sigmoid(x)), firstOrderDisagreements), 0);
    assert.equal(disagreements(pointwise((x) => tf.mul(x, tf.sigmoid(x))), secondOrderDisagreements), 1);
  });

  it('a declared shape that the rule does not give', () => {
    assert.throws(() => { checkDeclared(padded(1), padded(1).examples[0]); }, /declared \[2, 8, 7, 2\], inferred \[2, 7, 7, 2\]/);
  });

  it('symbolic inference that rounds differently', () => {
    const halved: Op = { ...pointwise((x) => x), shape: (_a, [[n, h, w, c]]) => [[n, typeof h === 'number' ? Math.ceil(h / 2) : 7, w, c]] };
    assert.throws(() => atRandomSizes(halved, halved.examples[0], 0), /symbolic inference/);
  });

  it('a value one part in ten thousand off', () => {
    const op = pointwise((x) => tf.mul(x, 1.0001));
    const c = fixtureCase(op, 0);
    const bytes = (data: Float32Array): string => Buffer.from(data.buffer).toString('base64');
    const fixture = { digest: '', outputs: [bytes(c.inputs[0]?.data as Float32Array)], gradients: {}, statistics: {} };
    assert.throws(() => { tf.tidy(() => { checkAgainstFixture(c, fixture); }); }, /output 0 differs from PyTorch's/);
  });
});
