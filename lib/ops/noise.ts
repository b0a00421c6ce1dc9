import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';

export const noise = defineOp({
  name: 'noise',
  doc: 'In training adds normally distributed noise; otherwise the identity. Noise that stays when predicting is a random-normal, added.',
  source: 'Sønderby et al., "Amortised MAP inference for image super-resolution": instance noise',
  attrs: { std: { type: 'number', minimum: 0, description: 'Standard deviation of the noise.' } },
  inputs: ['x'],
  shape: (_, [x]) => [x],
  build: ({ std }) => ([x], _, context) => [context.training && std > 0 ? tf.add(x, tf.mul(context.random('normal', x.shape), std)) : tf.clone(x)],
  traits: { rows: 'each', random: true, identityWhenStored: true },
  examples: [
    { attrs: { std: 0.1 }, training: true, in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] },
    { attrs: { std: 0.1 }, training: false, in: [[3, 5]], out: [[3, 5]] },
  ],
});
