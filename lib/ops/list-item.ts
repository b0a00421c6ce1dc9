import { defineOp, ShapeError } from '../registry/op.ts';
import { listOnly } from './shared/listwise.ts';

export const listItem = defineOp({
  name: 'list-item',
  doc: 'One item of a list.',
  attrs: { index: { type: 'integer', description: 'Which one, from 0; negative counts from the end.' } },
  inputs: [{ name: 'items', list: true, dtype: 'any' }],
  ...listOnly,
  traits: {
    unwraps: true,
    listwise: (a, [items]) => {
      const index = Number(a.index);
      const at = index < 0 ? items.length + index : index;
      if (at < 0 || at >= items.length) throw new ShapeError(`an index from ${-items.length} to ${items.length - 1}`, `${index}`);
      return [items[at]];
    },
  },
  examples: [
    { attrs: { index: -1 }, in: [['N', 64], ['N', 128]], out: [['N', 128]] },
    { attrs: { index: 0 }, in: [['N', 64], ['N', 128]], out: [['N', 64]] },
  ],
});
