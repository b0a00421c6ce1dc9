import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { rowsAcrossAxis } from './shared/rows.ts';

export const reverse = defineOp({
  name: 'reverse',
  doc: 'The entries of one axis in reverse order: mirrors an image (axis width), or turns RGB into BGR (axis channels).',
  source: 'torch.flip',
  attrs: { axis: axisAttr },
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: ({ axis }, [x]) => {
    axisIndex(axis, x.length);
    return [x];
  },
  build: ({ axis }) => ([x]) => [tf.reverse(x, axisIndex(axis, x.rank))],
  traits: { rows: rowsAcrossAxis },
  examples: [
    { attrs: { axis: 'width' }, in: [['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 'C']] },
    { attrs: { axis: -1 }, in: [[3, 4]], out: [[3, 4]] },
  ],
});
