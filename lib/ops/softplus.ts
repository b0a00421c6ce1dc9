import { tf } from '../engine/tf.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const softplus = definePointwise({
  name: 'softplus',
  doc: 'log(1 + exp(x)), without overflow; softplus of minus a score is the non-saturating GAN loss.',
  source: 'torch.nn.Softplus',
  attrs: {},
  apply: (x) => tf.softplus(x),
  examples: [anyImage],
});
