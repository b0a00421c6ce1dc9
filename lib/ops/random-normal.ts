import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { askedShape, drawnShape, likePort, shapeAttrs } from './shared/drawn.ts';

export const randomNormal = defineOp({
  name: 'random-normal',
  doc: 'Normally distributed numbers, drawn anew each step; keyed by seed, node and step.',
  source: 'torch.randn',
  attrs: {
    ...shapeAttrs,
    mean: { type: 'number', default: 0, description: 'Mean.' },
    std: { type: 'number', minimum: 0, default: 1, description: 'Standard deviation.' },
  },
  inputs: [likePort],
  shape: (a, [like]) => [askedShape(a, like)],
  dtypes: () => ['float32'],
  build: (a) => ([like], _, context) => {
    const shape = drawnShape(a, like);
    return [tf.add(tf.mul(context.random('normal', shape), a.std), a.mean)];
  },
  traits: { random: true, nondifferentiable: true },
  examples: [
    { in: [['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 'C']] },
    { attrs: { channels: 1 }, in: [['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 1]] },
    { attrs: { shape: [3, 5], mean: 1, std: 0.5 }, in: [null], out: [[3, 5]] },
  ],
});
