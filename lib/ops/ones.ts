import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { askedShape, drawnShape, likePort, shapeAttrs } from './shared/drawn.ts';
import { rowsOfLike } from './shared/rows.ts';

export const ones = defineOp({
  name: 'ones',
  doc: 'A tensor of ones, of the given shape or that of another tensor.',
  source: 'torch.ones',
  attrs: shapeAttrs,
  inputs: [likePort],
  shape: (a, [like]) => [askedShape(a, like)],
  dtypes: () => ['float32'],
  build: (a) => ([like]) => [tf.fill(drawnShape(a, like), 1)],
  traits: { rows: rowsOfLike, nondifferentiable: true },
  examples: [
    { in: [['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 'C']] },
    { attrs: { shape: [3, 5] }, in: [null], out: [[3, 5]] },
    { attrs: { channels: 1 }, in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 1]] },
  ],
});
