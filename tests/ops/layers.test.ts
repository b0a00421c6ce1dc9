import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { ExpressionError } from '../../lib/expression/parse.ts';
import { standardOps } from '../../lib/ops/index.ts';
import { withDefaults } from '../../lib/registry/attributes.ts';
import { ShapeError, type BuildContext, type Op } from '../../lib/registry/op.ts';
import { symbol } from '../../lib/shape/dim.ts';
import { shapeText, type Shape } from '../../lib/shape/shape.ts';
import { stream } from '../../lib/random/stream.ts';
import { fill } from '../conformance/case.ts';
import { gradientsOf, toTensor } from '../conformance/run.ts';
import { nativeEngine } from '../support/native.ts';

const named = (name: string): Op => standardOps.find((op) => op.name === name) as Op;
const [N, H, W, C] = ['N', 'H', 'W', 'C'].map(symbol);

function infer(name: string, attrs: object, inputs: readonly Shape[], names: readonly string[] = []): string {
  const op = named(name);
  return op.shape(withDefaults(op.attrs, attrs as never), inputs, names).map(shapeText).join(' ');
}

describe('shape rules', () => {
  it('follow sizes symbolically through strides', () => {
    assert.equal(infer('conv2d', { channels: 64, kernel: 4, stride: 2 }, [[N, H, W, 3]]), '[N, H/2, W/2, 64]');
    assert.equal(infer('conv2d', { channels: 64, kernel: 4 }, [[N, H, W, 3]]), '[N, H-1, W-1, 64]');
    assert.equal(infer('conv2d', { channels: C, kernel: 7, padding: 'reflect' }, [[N, H, W, 3]]), '[N, H, W, C]');
    assert.equal(infer('conv2d-transpose', { channels: 8, kernel: 4, stride: 2 }, [[N, H, W, 3]]), '[N, 2*H, 2*W, 8]');
    assert.equal(infer('linear', { units: C }, [[N, 512]]), '[N, C]');
  });

  for (const [name, attrs, inputs, expected, received] of [
    ['conv2d', { channels: 8, kernel: 3 }, [[N, 12]], 'an image [N, H, W, C]', '[N, 12]'],
    ['conv2d', { channels: 8, kernel: 3, groups: 2 }, [[N, H, W, 3]], 'an input whose channels are a multiple of 2 groups', '3'],
    ['conv2d', { channels: 7, kernel: 3, groups: 2 }, [[N, H, W, 4]], 'channels that are a multiple of 2 groups', '7'],
    ['conv2d', { channels: 8, kernel: 7, padding: 'none' }, [[2, 6, 9, 3]], 'an image of at least 7 pixels per side for a window of 7', '6'],
    ['conv2d', { channels: 8, kernel: 7, padding: 'reflect' }, [[2, 3, 9, 3]], 'an image of more than 3 pixels per side for reflect padding of 3', '3'],
    ['add', {}, [[N, H, W, 3], [N, 3]], '[N, H, W, 3], or explicit 1s in its place', '[N, 3]'],
    ['add', {}, [[N, 3]], 'two or more inputs', '1'],
    ['multiply', {}, [[N, 4], [N, 3]], '[N, 4], or explicit 1s in its place', '[N, 3]'],
    ['scale-channels', {}, [[N, H, W, 8], [N, 4]], '[N, 8]', '[N, 4]'],
    ['group-norm', { groups: 4 }, [[N, H, W, 6]], 'channels that are a multiple of 4 groups', '6'],
    ['normalize-channels', { mean: [0, 0], std: [1] }, [[N, H, W, 3]], '2 channels, one per number', '[N, H, W, 3]'],
    ['geglu', {}, [[N, 5]], 'an even number of channels', '[N, 5]'],
    ['conv2d-transpose', { channels: 3, kernel: 3, stride: 2, 'output-padding': 2 }, [[N, H, W, 3]], 'an output-padding less than the stride 2', '2'],
  ] as const) {
    it(`${name} refuses ${received}: expected ${expected}`, () => {
      assert.throws(() => infer(name, attrs, inputs as unknown as Shape[]), (e: unknown) => {
        assert.ok(e instanceof ShapeError);
        assert.deepEqual([e.expected, e.received], [expected, received]);
        return true;
      });
    });
  }

  for (const [expr, names, message, at] of [
    ['a + c', ['a', 'b'], 'unknown input "c"', 4],
    ['a - b', ['a-b'], 'unknown input "a"', 0],
    ['sigmiod(a)', ['a'], 'unknown function "sigmiod"', 0],
    ['max(a)', ['a'], 'max() takes 2 or more arguments, received 1', 0],
    ['a', ['a', 'mask'], 'the input "mask" is not used', 0],
    ['a % 2', ['a'], 'a formula has no "%"', 2],
    ['a.b', ['a'], 'a formula has no records: "b" after a dot', 2],
  ] as const) {
    it(`formula ${expr} of ${names.join(', ')}: ${message}`, () => {
      assert.throws(() => infer('formula', { expr }, names.map(() => [N, 3]), names), (e: unknown) => {
        assert.ok(e instanceof ExpressionError);
        assert.deepEqual([e.message, e.at], [message, at]);
        return true;
      });
    });
  }
});

describe('spectral norm', () => {
  before(nativeEngine);

  it('brings the largest singular value to 1 as its iteration is stored', () => {
    const op = named('linear');
    const run = op.build(withDefaults(op.attrs, { units: 4, spectral: true, bias: false }), []);
    const kernel = toTensor(fill([6, 4], stream(1, 'kernel'), (r) => r.normal()));
    let left: Tensor = tf.ones([4]);
    const context: BuildContext = {
      statistics: 'batch', training: true, random: () => assert.fail('no random numbers'),
      recordStatistic: (name, value) => {
        assert.equal(name, 'left');
        left = tf.keep(tf.clone(value));
      },
    };
    const normalized = (): Tensor => run([tf.eye(6)], { kernel, left }, context)[0];
    tf.tidy(() => {
      for (let i = 0; i < 200; i++) normalized();
      assert.ok(Math.abs(largestSingularValue(normalized()) - 1) < 1e-4);
    });
  });
});

describe('vectors of zeros', () => {
  before(nativeEngine);

  for (const [name, inputs] of [['l2-normalize', 1], ['cosine-distance', 2]] as const) {
    it(`have a finite gradient in ${name}`, () => {
      tf.tidy(() => {
        const op = named(name);
        const run = op.build(withDefaults(op.attrs, {}), []);
        const free = Object.fromEntries(Array.from({ length: inputs }, (_, i) => [`x${i}`, tf.zeros([2, 3])]));
        const gradients = gradientsOf((n) => tf.sum(run(Object.values(n), {}, {} as BuildContext)[0]), free);
        for (const g of Object.values(gradients)) assert.ok(g.dataSync().every(Number.isFinite));
      });
    });
  }
});

function largestSingularValue(m: Tensor): number {
  let v: Tensor = tf.ones([m.shape[1] as number, 1]);
  for (let i = 0; i < 500; i++) {
    const w = tf.matMul(m, tf.matMul(m, v), true);
    v = tf.div(w, tf.norm(w));
  }
  return tf.norm(tf.matMul(m, v)).dataSync()[0];
}
