import { tf } from '../engine/tf.ts';
import { sigmoid } from './kernels/smooth.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const silu = definePointwise({
  name: 'silu',
  doc: 'x * sigmoid(x), also called Swish.',
  source: 'torch.nn.SiLU',
  attrs: {},
  apply: (x) => tf.mul(x, sigmoid(x)),
  examples: [anyImage],
});
