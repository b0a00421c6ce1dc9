import { defineOp, ShapeError } from '../registry/op.ts';
import { listOnly } from './shared/listwise.ts';

export const listDrop = defineOp({
  name: 'list-drop',
  doc: 'The list without its first or last items.',
  attrs: {
    first: { type: 'integer', minimum: 0, default: 0, description: 'Items to leave out at the start.' },
    last: { type: 'integer', minimum: 0, default: 0, description: 'Items to leave out at the end.' },
  },
  inputs: [{ name: 'items', list: true, dtype: 'any' }],
  ...listOnly,
  traits: {
    listwise: (a, [items]) => {
      const [first, last] = [Number(a.first ?? 0), Number(a.last ?? 0)];
      if (first + last > items.length) throw new ShapeError(`a list of at least ${first + last} items`, `${items.length}`);
      return items.slice(first, items.length - last);
    },
  },
  examples: [
    { attrs: { last: 1 }, in: [['N', 64], ['N', 128]], out: [['N', 64]] },
    { attrs: { first: 1 }, in: [['N', 64], ['N', 128], ['N', 256]], out: [['N', 128], ['N', 256]] },
  ],
});
