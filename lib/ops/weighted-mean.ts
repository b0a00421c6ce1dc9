import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { allAxes, meanOver, sumOver } from './kernels/reduce.ts';
import { stopGradient } from './kernels/stop-gradient.ts';
import { requireEqual, requireRank } from './shared/shapes.ts';

export const weightedMean = defineOp({
  name: 'weighted-mean',
  doc: 'A scalar from per-sample values and weights (flags 0 or 1): their weighted sum over the batch size, or over the sum of the weights, 0 where that is 0.',
  source: 'SimSwap and FaceShifter: reconstruction losses of same-identity pairs',
  attrs: { over: { enum: ['batch', 'flags'], default: 'batch', description: 'What the weighted sum is divided by.' } },
  inputs: [{ name: 'x', doc: 'Per-sample values, [N].' }, { name: 'by', doc: 'Weights, [N].' }],
  shape: (_, [x, by]) => {
    requireRank(x, 1, 1);
    requireEqual(x, by);
    return [[]];
  },
  build: ({ over }) => ([x, by]) => {
    const weighted = tf.mul(x, by);
    if (over === 'batch') return [meanOver(weighted, allAxes(x))];
    const total = sumOver(by, allAxes(by));
    // 1 in place of a total of 0: the numerator is 0 as well, and 0 / 0 would put NaN into the gradient.
    const none = tf.cast(tf.equal(stopGradient(total), 0), 'float32');
    return [tf.div(sumOver(weighted, allAxes(x)), tf.add(total, none))];
  },
  examples: [
    { in: [['N'], ['N']], out: [[]] },
    { attrs: { over: 'flags' }, in: [[4], [4]], out: [[]], values: ['normal', 'unit'] },
  ],
});
