import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';
import { averageWindows } from './kernels/pool.ts';
import { pooledShape, poolingAttrs, poolingPlan, strideOf, type Pooling } from './shared/pooling.ts';

interface Attributes extends Pooling {
  readonly 'count-include-pad': boolean;
}

export const avgPool = defineOp({
  name: 'avg-pool',
  doc: 'Means over square windows of images.',
  source: 'torch.nn.functional.avg_pool2d',
  attrs: {
    ...poolingAttrs,
    'count-include-pad': { type: 'boolean', default: true, description: 'Whether the zeros of the padding count in the means.' },
  },
  inputs: ['x'],
  shape: (a, [x]) => [pooledShape(a, x)],
  macs: (a, _, [out]) => multiplyDims(a.size * a.size, ...out),
  build: (a) => ([x]) => [average(x, a)],
  traits: { rows: 'each' },
  examples: [
    { attrs: { size: 2 }, in: [['N', 'H', 'W', 'C']], out: [['N', 'H/2', 'W/2', 'C']] },
    { attrs: { size: 2 }, in: [[2, 7, 4, 3]], out: [[2, 3, 2, 3]] },
    { attrs: { size: 3, stride: 2, padding: 1 }, in: [[2, 7, 6, 2]], out: [[2, 4, 3, 2]] },
    { attrs: { size: 3, stride: 2, padding: 1, 'count-include-pad': false }, in: [[2, 7, 6, 2]], out: [[2, 4, 3, 2]] },
    { attrs: { size: 3, stride: 2, padding: 1, ceil: true }, in: [[2, 8, 5, 2]], out: [[2, 5, 3, 2]] },
    { attrs: { size: 2, padding: 1, ceil: true, 'count-include-pad': false }, in: [[2, 3, 6, 2]], out: [[2, 2, 4, 2]] },
  ],
});

function average(x: Tensor, a: Attributes): Tensor {
  const [, h, w] = x.shape;
  const [rows, columns] = [poolingPlan(h, a), poolingPlan(w, a)];
  const pads = [rows.before, rows.after, columns.before, columns.after];
  if (pads.every((n) => n === 0)) return averageWindows(x, a.size, strideOf(a));
  const padded = tf.pad(x as Tensor4D, [[0, 0], [rows.before, rows.after], [columns.before, columns.after], [0, 0]]);
  const means = averageWindows(padded, a.size, strideOf(a));
  const [gainH, gainW] = [gains(h, rows.out, a), gains(w, columns.out, a)];
  if ([...gainH, ...gainW].every((g) => g === 1)) return means;
  return tf.mul(means, tf.mul(tf.tensor4d(gainH, [1, rows.out, 1, 1]), tf.tensor4d(gainW, [1, 1, columns.out, 1])));
}

/** Window side over the number of pixels that count, for each window of one axis. */
function gains(size: number, out: number, a: Attributes): number[] {
  const [low, high] = a['count-include-pad'] ? [-a.padding, size + a.padding] : [0, size];
  return Array.from({ length: out }, (_, i) => {
    const start = i * strideOf(a) - a.padding;
    return a.size / (Math.min(start + a.size, high) - Math.max(start, low));
  });
}
