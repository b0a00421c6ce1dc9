import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { meanKeeping, sumKeeping, sumOver } from './kernels/reduce.ts';
import { axisIndices } from './shared/axes.ts';
import { reducedShape, reductionAttrs } from './shared/reduced-axes.ts';
import { rowsAcrossAxes } from './shared/rows.ts';

export const variance = defineOp({
  name: 'variance',
  doc: 'Variance over the given axes, or over all of them: squared deviations over (count - correction).',
  source: 'torch.var',
  attrs: {
    ...reductionAttrs,
    correction: { type: 'integer', minimum: 0, default: 1, description: '1: the unbiased estimate; 0: the mean of the squared deviations.' },
  },
  inputs: ['x'],
  shape: (a, [x]) => [reducedShape(a, x)],
  build: (a) => ([x]) => {
    const axes = axisIndices(a.axes, x.rank);
    const count = axes.reduce((n, i) => n * x.shape[i], 1);
    const squares = tf.square(tf.sub(x, meanKeeping(x, axes)));
    return [tf.mul(a['keep-dims'] ? sumKeeping(squares, axes) : sumOver(squares, axes), 1 / (count - a.correction))];
  },
  traits: { rows: rowsAcrossAxes },
  examples: [
    { attrs: { axes: ['height', 'width'] }, in: [['N', 5, 4, 'C']], out: [['N', 'C']] },
    { attrs: { axes: [0], correction: 0, 'keep-dims': true }, in: [[6, 3]], out: [[1, 3]] },
    { in: [[3, 5, 2]], out: [[]] },
  ],
});
