import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { extreme } from './kernels/extreme.ts';
import { axisIndices } from './shared/axes.ts';
import { reducedShape, reductionAttrs } from './shared/reduced-axes.ts';
import { rowsAcrossAxes } from './shared/rows.ts';

export const min = defineOp({
  name: 'min',
  doc: 'Smallest value over the given axes, or over all of them; entries that tie share the gradient.',
  source: 'torch.amin',
  attrs: reductionAttrs,
  inputs: ['x'],
  shape: (a, [x]) => [reducedShape(a, x)],
  build: (a) => ([x]) => {
    const kept = extreme(x, axisIndices(a.axes, x.rank), 'min');
    return [tf.reshape(kept, reducedShape(a, x.shape) as number[])];
  },
  traits: { rows: rowsAcrossAxes },
  examples: [
    { in: [['N', 'H', 'W', 'C']], out: [[]] },
    { attrs: { axes: [1, 2] }, in: [[3, 5, 4, 2]], out: [[3, 2]] },
    { attrs: { axes: ['channels'], 'keep-dims': true }, in: [['N', 5, 4, 3]], out: [['N', 5, 4, 1]] },
  ],
});
