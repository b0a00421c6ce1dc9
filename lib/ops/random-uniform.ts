import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { askedShape, drawnShape, likePort, shapeAttrs } from './shared/drawn.ts';

export const randomUniform = defineOp({
  name: 'random-uniform',
  doc: 'Uniformly distributed numbers in [low, high), drawn anew each step; keyed by seed, node and step.',
  source: 'torch.rand',
  attrs: {
    ...shapeAttrs,
    low: { type: 'number', default: 0, description: 'The least.' },
    high: { type: 'number', default: 1, description: 'The bound above.' },
  },
  inputs: [likePort],
  shape: (a, [like]) => [askedShape(a, like)],
  dtypes: () => ['float32'],
  build: (a) => ([like], _, context) => {
    const shape = drawnShape(a, like);
    return [tf.add(tf.mul(context.random('uniform', shape), a.high - a.low), a.low)];
  },
  traits: { random: true, nondifferentiable: true },
  examples: [
    { in: [['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 'C']] },
    { attrs: { shape: [3, 5], low: -1 }, in: [null], out: [[3, 5]] },
  ],
});
