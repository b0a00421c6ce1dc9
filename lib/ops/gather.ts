import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { dimText } from '../shape/dim.ts';
import { compareDims, shapeText, type Shape } from '../shape/shape.ts';
import { takeRows } from './kernels/rows.ts';
import { axisAttr, axisIndex, type Axis } from './shared/axes.ts';
import { rowsOfGather } from './shared/rows.ts';

interface Attributes {
  readonly axis: Axis;
  readonly 'batch-dims': number;
}

export const gather = defineOp({
  name: 'gather',
  doc: 'Entries of `from` along one axis, at the integer positions `at`, whose axes take the place of that one. With `batch-dims: 1` each sample has positions of its own.',
  source: 'torch.index_select; tf.gather with batch_dims',
  attrs: {
    axis: { ...axisAttr, default: 0 },
    'batch-dims': { type: 'integer', minimum: 0, default: 0, description: 'How many leading axes `from` and `at` share; `axis` is then the next one.' },
  },
  inputs: [{ name: 'from', doc: 'Values.' }, { name: 'at', dtype: 'int32', doc: 'Positions, from 0.' }],
  shape: (a, [from, at]) => {
    const axis = checkedAxis(a, from, at);
    return [[...from.slice(0, axis), ...at.slice(a['batch-dims']), ...from.slice(axis + 1)]];
  },
  dtypes: (_, [from]) => [from],
  build: (a) => ([from, at]) => [a['batch-dims'] === 0 ? alongAxis(from, at, axisIndex(a.axis, from.rank)) : perBatch(from, at, a['batch-dims'])],
  traits: { rows: rowsOfGather },
  examples: [
    { attrs: { axis: 1, 'batch-dims': 1 }, in: [[3, 7, 4], [3]], out: [[3, 4]], values: ['normal', { below: 7 }] },
    { attrs: { axis: 1, 'batch-dims': 1 }, in: [[3, 7, 4], [3, 2]], out: [[3, 2, 4]], values: ['normal', { below: 7 }] },
    { attrs: { axis: 1 }, in: [['N', 5, 3], [6, 2]], out: [['N', 6, 2, 3]], values: ['normal', { below: 5 }] },
    { attrs: { axis: 'channels' }, in: [[2, 3, 4, 5], [6]], out: [[2, 3, 4, 6]], values: ['normal', { below: 5 }] },
  ],
});

function checkedAxis(a: Attributes, from: Shape, at: Shape): number {
  const axis = axisIndex(a.axis, from.length);
  const shared = a['batch-dims'];
  if (shared > 0 && axis !== shared) throw new ShapeError(`axis ${shared} with batch-dims ${shared}`, `axis ${axis}`);
  if (shared > at.length) throw new ShapeError(`positions with at least ${shared} axes`, shapeText(at));
  for (let i = 0; i < shared; i++) {
    if (compareDims(from[i], at[i]) === 'different') throw new ShapeError(`positions whose axis ${i} is ${dimText(from[i])}`, dimText(at[i]));
  }
  return axis;
}

function alongAxis(from: Tensor, at: Tensor, axis: number): Tensor {
  const order = [axis, ...from.shape.map((_, i) => i).filter((i) => i !== axis)];
  const rows = takeRows(axis === 0 ? from : tf.transpose(from, order), tf.reshape(at, [at.size]));
  const back = from.shape.map((_, i) => order.indexOf(i));
  const placed = axis === 0 ? rows : tf.transpose(rows, back);
  return tf.reshape(placed, [...from.shape.slice(0, axis), ...at.shape, ...from.shape.slice(axis + 1)]);
}

/** Lays the batches end to end and shifts each batch's positions to its own part. */
function perBatch(from: Tensor, at: Tensor, shared: number): Tensor {
  const batches = from.shape.slice(0, shared).reduce((a, b) => a * b, 1);
  const [size, ...rest] = from.shape.slice(shared) as [number, ...number[]];
  const starts = tf.tensor2d(Array.from({ length: batches }, (_, i) => i * size), [batches, 1], 'int32');
  const ids = tf.add(tf.reshape(at, [batches, at.size / batches]), starts);
  const rows = takeRows(tf.reshape(from, [batches * size, ...rest]), tf.reshape(ids, [at.size]));
  return tf.reshape(rows, [...at.shape, ...rest]);
}
