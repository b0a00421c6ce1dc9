import { defineOp } from '../registry/op.ts';
import { softmax as normalize } from './kernels/softmax.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { onLastAxis } from './shared/last-axis.ts';
import { rowsAcrossAxis } from './shared/rows.ts';

export const softmax = defineOp({
  name: 'softmax',
  doc: 'exp(x) over its sum along one axis.',
  source: 'torch.nn.Softmax',
  attrs: { axis: { ...axisAttr, default: -1 } },
  inputs: ['x'],
  shape: (a, [x]) => {
    axisIndex(a.axis, x.length);
    return [x];
  },
  build: (a) => ([x]) => [onLastAxis(x, axisIndex(a.axis, x.rank), normalize)],
  traits: { rows: rowsAcrossAxis },
  examples: [
    { in: [['N', 'T', 'D']], out: [['N', 'T', 'D']] },
    { attrs: { axis: 'height' }, in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] },
  ],
});
