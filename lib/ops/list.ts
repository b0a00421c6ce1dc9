import { defineOp } from '../registry/op.ts';
import { listOnly } from './shared/listwise.ts';

export const list = defineOp({
  name: 'list',
  doc: 'A list of the given values, in order; a list among them is taken item by item.',
  attrs: {},
  inputs: [{ name: 'items', list: true, dtype: 'any' }],
  ...listOnly,
  traits: { listwise: (_, [items]) => items },
  examples: [
    { in: [['N', 'C'], ['N', 'C']], out: [['N', 'C'], ['N', 'C']] },
  ],
});
