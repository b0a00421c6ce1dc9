import { defineOp } from '../registry/op.ts';
import { meanKeeping, meanOver } from './kernels/reduce.ts';
import { axisIndices } from './shared/axes.ts';
import { reducedShape, reductionAttrs } from './shared/reduced-axes.ts';
import { rowsAcrossAxes } from './shared/rows.ts';

export const mean = defineOp({
  name: 'mean',
  doc: 'Mean over the given axes, or over all of them.',
  source: 'torch.mean',
  attrs: reductionAttrs,
  inputs: ['x'],
  shape: (a, [x]) => [reducedShape(a, x)],
  build: (a) => ([x]) => {
    const axes = axisIndices(a.axes, x.rank);
    return [a['keep-dims'] ? meanKeeping(x, axes) : meanOver(x, axes)];
  },
  traits: { rows: rowsAcrossAxes },
  examples: [
    { in: [['N', 'H', 'W', 'C']], out: [[]] },
    { attrs: { axes: [1, 2, 3] }, in: [[3, 5, 4, 2]], out: [[3]] },
    { attrs: { axes: ['height', 'width'], 'keep-dims': true }, in: [['N', 5, 4, 2]], out: [['N', 1, 1, 2]] },
    { attrs: { axes: [-1] }, in: [[4, 3]], out: [[4]] },
  ],
});
