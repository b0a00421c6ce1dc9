import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { absolute } from './kernels/absolute.ts';
import { combinedShape } from './shared/elementwise.ts';
import { reduceAttribute, reduced, reducedShape } from './shared/reduce-mode.ts';

export const absoluteDifference = defineOp({
  name: 'absolute-difference',
  doc: '|a - b| for tensors of equal shape (or explicit 1s): the L1 loss. Its gradient where a equals b is 0.',
  source: 'torch.nn.functional.l1_loss',
  attrs: { reduce: reduceAttribute },
  inputs: ['a', 'b'],
  shape: (a, inputs) => [reducedShape(combinedShape(inputs), a.reduce)],
  build: (attrs) => ([a, b]) => [reduced(absolute(tf.sub(a, b)), attrs.reduce)],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 3], ['N', 'H', 'W', 3]], out: [[]] },
    { attrs: { reduce: 'sum' }, in: [[2, 3], [2, 3]], out: [[]] },
    { attrs: { reduce: 'per-sample' }, in: [['N', 4, 5, 3], ['N', 4, 5, 3]], out: [['N']] },
    { attrs: { reduce: 'none' }, in: [[2, 4, 3], [2, 4, 1]], out: [[2, 4, 3]] },
  ],
});
