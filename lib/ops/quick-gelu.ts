import { tf } from '../engine/tf.ts';
import { sigmoid } from './kernels/smooth.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const quickGelu = definePointwise({
  name: 'quick-gelu',
  doc: 'x * sigmoid(1.702 x), the GELU of CLIP.',
  source: 'openai/CLIP, model.py',
  attrs: {},
  apply: (x) => tf.mul(x, sigmoid(tf.mul(x, 1.702))),
  examples: [anyImage],
});
