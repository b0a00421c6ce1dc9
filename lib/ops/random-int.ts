import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { askedShape, drawnShape, likePort, shapeAttrs } from './shared/drawn.ts';

export const randomInt = defineOp({
  name: 'random-int',
  doc: 'Uniformly distributed integers from low to high - 1, drawn anew each step; keyed by seed, node and step.',
  source: 'torch.randint',
  attrs: {
    ...shapeAttrs,
    low: { type: 'integer', default: 0, description: 'The least.' },
    high: { type: 'integer', description: 'One more than the greatest; at most 2^24 above `low`.' },
  },
  inputs: [likePort],
  shape: (a, [like]) => [askedShape(a, like)],
  dtypes: () => ['int32'],
  build: (a) => ([like], _, context) => {
    const shape = drawnShape(a, like);
    return [tf.cast(tf.add(tf.floor(tf.mul(context.random('uniform', shape), a.high - a.low)), a.low), 'int32')];
  },
  traits: { random: true, nondifferentiable: true },
  examples: [
    { attrs: { high: 1000 }, in: [['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 'C']] },
    { attrs: { shape: [3, 5], low: -2, high: 3 }, in: [null], out: [[3, 5]] },
  ],
});
