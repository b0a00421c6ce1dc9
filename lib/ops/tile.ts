import { defineOp } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';
import { repeatAxis } from './kernels/repeat.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { boundDim, withAxis } from './shared/dims.ts';
import { rowsOfTile } from './shared/rows.ts';

export const tile = defineOp({
  name: 'tile',
  doc: 'Repeats a tensor along one axis, end to end.',
  source: 'torch.tile',
  attrs: {
    axis: axisAttr,
    times: { type: 'integer', minimum: 1, symbolic: true, description: 'How often; may be a dimension, as in $N.' },
  },
  inputs: ['x'],
  shape: ({ axis, times }, [x]) => {
    const at = axisIndex(axis, x.length);
    return [withAxis(x, at, multiplyDims(x[at], times))];
  },
  build: ({ axis, times }) => ([x]) => [repeatAxis(x, axisIndex(axis, x.rank), boundDim(times, '`times`'))],
  traits: { rows: rowsOfTile },
  examples: [
    { attrs: { axis: 0, times: 4 }, in: [[1, 1, 8]], out: [[4, 1, 8]] },
    { attrs: { axis: 'width', times: 3 }, in: [['N', 2, 3, 2]], out: [['N', 2, 9, 2]] },
  ],
});
