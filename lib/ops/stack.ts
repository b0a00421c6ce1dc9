import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { axisIndex } from './shared/axes.ts';
import { rowsBesideAxis } from './shared/rows.ts';
import { equalItems } from './shared/shapes-of-lists.ts';

export const stack = defineOp({
  name: 'stack',
  doc: 'Joins tensors of equal shapes along a new axis.',
  source: 'torch.stack',
  attrs: { axis: { type: 'integer', default: 0, description: 'Place of the new axis in the result; negative counts from the end.' } },
  inputs: [{ name: 'items', list: true, dtype: 'any' }],
  shape: ({ axis }, items) => {
    const item = equalItems(items);
    const at = axisIndex(axis, item.length + 1);
    return [[...item.slice(0, at), items.length, ...item.slice(at)]];
  },
  build: ({ axis }) => (items) => [tf.stack([...items], axisIndex(axis, items[0].rank + 1))],
  traits: { rows: rowsBesideAxis },
  examples: [
    { attrs: { axis: 1 }, in: [['N', 'C'], ['N', 'C'], ['N', 'C']], out: [['N', 3, 'C']] },
    { attrs: { axis: -1 }, in: [[2, 5], [2, 5]], out: [[2, 5, 2]] },
    { in: [[], []], out: [[2]] },
  ],
});
