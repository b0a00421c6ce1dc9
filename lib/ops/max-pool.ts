import type { Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { largestInWindows } from './kernels/pool.ts';
import { pooledShape, poolingAttrs, poolingPlan, strideOf } from './shared/pooling.ts';

export const maxPool = defineOp({
  name: 'max-pool',
  doc: 'Largest values in square windows of images; padding never wins.',
  source: 'torch.nn.functional.max_pool2d',
  attrs: poolingAttrs,
  inputs: ['x'],
  shape: (a, [x]) => [pooledShape(a, x)],
  build: (a) => ([x]) => {
    const [, h, w] = (x as Tensor4D).shape;
    const [rows, columns] = [poolingPlan(h, a), poolingPlan(w, a)];
    const pads: [number, number][] = [[0, 0], [rows.before, rows.after], [columns.before, columns.after], [0, 0]];
    const padded = pads.flat().every((n) => n === 0) ? x : tf.pad(x as Tensor4D, pads, -Infinity);
    return [largestInWindows(padded, a.size, strideOf(a))];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { size: 2 }, in: [['N', 'H', 'W', 'C']], out: [['N', 'H/2', 'W/2', 'C']] },
    { attrs: { size: 3, stride: 2, padding: 1 }, in: [['N', 8, 8, 'C']], out: [['N', 4, 4, 'C']] },
    { attrs: { size: 3, stride: 2, padding: 1 }, in: [[2, 7, 6, 2]], out: [[2, 4, 3, 2]] },
    { attrs: { size: 3, stride: 2, ceil: true }, in: [[2, 6, 5, 2]], out: [[2, 3, 2, 2]] },
    { attrs: { size: 5, stride: 1, padding: 2 }, in: [[2, 4, 3, 2]], out: [[2, 4, 3, 2]] },
  ],
});
