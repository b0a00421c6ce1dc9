import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { askedShape, drawnShape, likePort, shapeAttrs } from './shared/drawn.ts';

export const randomBernoulli = defineOp({
  name: 'random-bernoulli',
  doc: 'Ones with probability p, else zeros, drawn anew each step; keyed by seed, node and step.',
  source: 'torch.bernoulli',
  attrs: {
    ...shapeAttrs,
    p: { type: 'number', minimum: 0, maximum: 1, description: 'Probability of a 1.' },
  },
  inputs: [likePort],
  shape: (a, [like]) => [askedShape(a, like)],
  dtypes: () => ['float32'],
  build: (a) => ([like], _, context) => {
    const shape = drawnShape(a, like);
    return [tf.cast(tf.less(context.random('uniform', shape), a.p), 'float32')];
  },
  traits: { random: true, nondifferentiable: true },
  examples: [
    { attrs: { p: 0.5 }, in: [['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 'C']] },
    { attrs: { shape: [3, 5], p: 0.2 }, in: [null], out: [[3, 5]] },
  ],
});
