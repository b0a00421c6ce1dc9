import { defineOp } from '../registry/op.ts';
import { listOnly } from './shared/listwise.ts';

export const listReverse = defineOp({
  name: 'list-reverse',
  doc: 'The list from its last item to its first; turns skips collected on the way down into their order on the way up.',
  attrs: {},
  inputs: [{ name: 'items', list: true, dtype: 'any' }],
  ...listOnly,
  traits: { listwise: (_, [items]) => [...items].reverse() },
  examples: [
    { in: [['N', 64], ['N', 128]], out: [['N', 128], ['N', 64]] },
  ],
});
