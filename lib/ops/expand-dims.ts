import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { axisIndex } from './shared/axes.ts';
import { rowsBesideAxis } from './shared/rows.ts';

export const expandDims = defineOp({
  name: 'expand-dims',
  doc: 'Adds an axis of size 1; nothing aligns axes by itself, so this is how a [N, C] meets a [N, T, C].',
  source: 'torch.unsqueeze',
  attrs: { axis: { type: 'integer', description: 'Place of the new axis in the result; negative counts from the end.' } },
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: ({ axis }, [x]) => {
    const at = axisIndex(axis, x.length + 1);
    return [[...x.slice(0, at), 1, ...x.slice(at)]];
  },
  build: ({ axis }) => ([x]) => {
    const at = axisIndex(axis, x.rank + 1);
    return [tf.reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])];
  },
  traits: { rows: rowsBesideAxis },
  examples: [
    { attrs: { axis: 1 }, in: [['N', 'C']], out: [['N', 1, 'C']] },
    { attrs: { axis: -1 }, in: [[3, 5]], out: [[3, 5, 1]] },
  ],
});
