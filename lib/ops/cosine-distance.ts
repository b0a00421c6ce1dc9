import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import { sumOver } from './kernels/reduce.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { combinedShape } from './shared/elementwise.ts';
import { lengthOf } from './shared/length.ts';
import { reduceAttribute, reduced, reducedShape } from './shared/reduce-mode.ts';
import { rowsOfDistance } from './shared/rows.ts';
import { requireRank } from './shared/shapes.ts';

export const cosineDistance = defineOp({
  name: 'cosine-distance',
  doc: '1 - cos(a, b) of the vectors along one axis: 0 for equal directions, 1 for orthogonal, 2 for opposite ones.',
  source: 'FaceChanger Eq. 2; torch.nn.functional.cosine_similarity (eps 1e-8)',
  attrs: {
    axis: { ...axisAttr, default: -1 },
    flatten: { type: 'boolean', default: false, description: 'Takes everything after the first axis as one vector per sample.' },
    reduce: reduceAttribute,
  },
  inputs: ['a', 'b'],
  shape: (attrs, inputs) => {
    requireRank(inputs[0], attrs.flatten ? 2 : 1);
    const vectors = combinedShape(inputs.map((s) => (attrs.flatten ? flatShape(s) : s)));
    const axis = attrs.flatten ? 1 : axisIndex(attrs.axis, vectors.length);
    return [reducedShape(vectors.filter((_, i) => i !== axis), attrs.reduce)];
  },
  build: (attrs) => ([a, b]) => {
    const [x, y] = attrs.flatten ? [flat(a), flat(b)] : [a, b];
    return [reduced(distance(x, y, attrs.flatten ? 1 : axisIndex(attrs.axis, x.rank)), attrs.reduce)];
  },
  traits: { rows: rowsOfDistance },
  examples: [
    { in: [['N', 'D'], ['N', 'D']], out: [[]] },
    { attrs: { reduce: 'per-sample' }, in: [['N', 4, 6], ['N', 4, 6]], out: [['N']] },
    { attrs: { reduce: 'none', axis: 'channels' }, in: [[2, 3, 4, 5], [2, 3, 4, 5]], out: [[2, 3, 4]] },
    { attrs: { reduce: 'sum', axis: 1 }, in: [[2, 3, 4], [2, 3, 4]], out: [[]] },
    { attrs: { flatten: true, reduce: 'none' }, in: [['N', 3, 4, 5], ['N', 3, 4, 5]], out: [['N']] },
  ],
});

// torch.nn.functional.cosine_similarity holds each length at 1e-8 or more.
const SMALLEST = 1e-8;

function distance(a: Tensor, b: Tensor, axis: number): Tensor {
  const length = (x: Tensor): Tensor => lengthOf(x, axis, SMALLEST);
  return tf.sub(1, tf.div(sumOver(tf.mul(a, b), [axis]), sumOver(tf.mul(length(a), length(b)), [axis])));
}

const flatShape = (s: Shape): Shape => [s[0], multiplyDims(...s.slice(1))];
const flat = (x: Tensor): Tensor => tf.reshape(x, [x.shape[0] as number, -1]);
