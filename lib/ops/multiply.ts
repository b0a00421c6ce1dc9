import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { combine, combinedShape } from './shared/elementwise.ts';

export const multiply = defineOp({
  name: 'multiply',
  doc: 'The product of two or more tensors of equal shape; an axis of explicit size 1 is repeated, and nothing is aligned by itself.',
  attrs: {},
  inputs: [{ name: 'x', list: true }],
  shape: (_a, inputs) => [combinedShape(inputs)],
  build: () => (inputs) => [combine(inputs, (a, b) => tf.mul(a, b))],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 3], ['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] },
    { in: [[2, 3], [2, 3], [2, 3]], out: [[2, 3]] },
    { in: [[2, 3, 4, 3], [2, 3, 4, 1]], out: [[2, 3, 4, 3]] },
  ],
});
