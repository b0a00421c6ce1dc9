import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { lengthOf } from './shared/length.ts';
import { rowsAcrossAxis } from './shared/rows.ts';

export const l2Normalize = defineOp({
  name: 'l2-normalize',
  doc: 'Divides every vector along one axis by its length, or by eps where it is shorter than that.',
  source: 'torch.nn.functional.normalize',
  attrs: {
    axis: { ...axisAttr, default: -1 },
    eps: { type: 'number', exclusiveMinimum: 0, default: 1e-12, description: 'Least length to divide by.' },
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    axisIndex(a.axis, x.length);
    return [x];
  },
  build: (a) => ([x]) => [tf.div(x, lengthOf(x, axisIndex(a.axis, x.rank), a.eps))],
  traits: { rows: rowsAcrossAxis },
  examples: [
    { in: [['N', 'D']], out: [['N', 'D']] },
    { attrs: { axis: 'channels' }, in: [['N', 'H', 'W', 4]], out: [['N', 'H', 'W', 4]] },
    { attrs: { axis: 1, eps: 0.1 }, in: [[2, 5, 3]], out: [[2, 5, 3]] },
  ],
});
