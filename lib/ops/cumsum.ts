import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { rowsAcrossAxis } from './shared/rows.ts';

export const cumsum = defineOp({
  name: 'cumsum',
  doc: 'Running sums along one axis.',
  source: 'torch.cumsum',
  attrs: { axis: axisAttr },
  inputs: ['x'],
  shape: ({ axis }, [x]) => {
    axisIndex(axis, x.length);
    return [x];
  },
  build: ({ axis }) => ([x]) => {
    // Along the last axis only: tfjs's gradient has the axes in the wrong order for any other.
    const at = axisIndex(axis, x.rank);
    const swapped = x.shape.map((_, i) => (i === at ? x.rank - 1 : i === x.rank - 1 ? at : i));
    return [at === x.rank - 1 ? tf.cumsum(x, at) : tf.transpose(tf.cumsum(tf.transpose(x, swapped), x.rank - 1), swapped)];
  },
  traits: { rows: rowsAcrossAxis },
  examples: [
    { attrs: { axis: -1 }, in: [['N', 'C']], out: [['N', 'C']] },
    { attrs: { axis: 1 }, in: [[2, 5, 3]], out: [[2, 5, 3]] },
  ],
});
