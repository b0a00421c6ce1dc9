import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { combinedShape } from './shared/elementwise.ts';

export const subtract = defineOp({
  name: 'subtract',
  doc: 'a - b for tensors of equal shape; an axis of explicit size 1 is repeated.',
  attrs: {},
  inputs: ['a', 'b'],
  shape: (_a, inputs) => [combinedShape(inputs)],
  build: () => ([a, b]) => [tf.sub(a, b)],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 3], ['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] },
    { in: [[2, 3], [1, 3]], out: [[2, 3]] },
  ],
});
