import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { combinedShape } from './shared/elementwise.ts';
import { reduceAttribute, reduced, reducedShape } from './shared/reduce-mode.ts';

export const squaredDifference = defineOp({
  name: 'squared-difference',
  doc: '(a - b)^2 for tensors of equal shape (or explicit 1s): the L2 loss.',
  source: 'torch.nn.functional.mse_loss',
  attrs: { reduce: reduceAttribute },
  inputs: ['a', 'b'],
  shape: (a, inputs) => [reducedShape(combinedShape(inputs), a.reduce)],
  build: (attrs) => ([a, b]) => [reduced(tf.square(tf.sub(a, b)), attrs.reduce)],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 3], ['N', 'H', 'W', 3]], out: [[]] },
    { attrs: { reduce: 'sum' }, in: [[2, 3], [2, 3]], out: [[]] },
    { attrs: { reduce: 'per-sample' }, in: [['N'], ['N']], out: [['N']] },
    { attrs: { reduce: 'none' }, in: [[2, 4, 3], [2, 4, 1]], out: [[2, 4, 3]] },
  ],
});
