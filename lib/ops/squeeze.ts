import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { compareDims, shapeText } from '../shape/shape.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { rowsAcrossAxis } from './shared/rows.ts';

export const squeeze = defineOp({
  name: 'squeeze',
  doc: 'Drops an axis of size 1.',
  source: 'torch.squeeze, where a size other than 1 is an error',
  attrs: { axis: axisAttr },
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: ({ axis }, [x]) => {
    const at = axisIndex(axis, x.length);
    if (compareDims(x[at], 1) === 'different') throw new ShapeError(`size 1 on axis ${at}`, shapeText(x));
    return [x.filter((_, i) => i !== at)];
  },
  build: ({ axis }) => ([x]) => {
    const at = axisIndex(axis, x.rank);
    return [tf.reshape(x, x.shape.filter((_, i) => i !== at))];
  },
  traits: { rows: rowsAcrossAxis },
  examples: [
    { attrs: { axis: 1 }, in: [['N', 1, 'C']], out: [['N', 'C']] },
    { attrs: { axis: 'channels' }, in: [[2, 5, 4, 1]], out: [[2, 5, 4]] },
  ],
});
