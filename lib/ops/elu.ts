import { tf } from '../engine/tf.ts';
import { minimum } from './kernels/bounds.ts';
import { relu } from './kernels/rectify.ts';
import { exp } from './kernels/smooth.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const elu = definePointwise({
  name: 'elu',
  doc: 'x where positive, alpha * (exp(x) - 1) elsewhere.',
  source: 'torch.nn.ELU',
  attrs: { alpha: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Minus the limit for very negative x.' } },
  // The exponential sees nothing positive: where(x > 0, x, exp(x) - 1) would overflow on the side it drops.
  apply: (x, { alpha }) => tf.add(relu(x), tf.mul(tf.sub(exp(minimum(x, tf.scalar(0))), 1), alpha)),
  examples: [anyImage, { ...anyImage, attrs: { alpha: 0.5 } }],
});
