import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { equalItems } from './shared/shapes-of-lists.ts';

export const meanList = defineOp({
  name: 'mean-list',
  doc: 'Mean of the tensors of a list, entry by entry; they have equal shapes (losses: scalars).',
  attrs: {},
  inputs: [{ name: 'items', list: true }],
  shape: (_, items) => [equalItems(items)],
  build: () => (items) => [tf.mul(tf.addN([...items]), 1 / items.length)],
  traits: { rows: 'each' },
  examples: [
    { in: [[], [], []], out: [[]] },
    { in: [['N', 5, 4, 2], ['N', 5, 4, 2]], out: [['N', 5, 4, 2]] },
    { in: [[3]], out: [[3]] },
  ],
});
