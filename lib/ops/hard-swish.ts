import { tf } from '../engine/tf.ts';
import { clip } from './kernels/bounds.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const hardSwish = definePointwise({
  name: 'hard-swish',
  doc: 'x * relu6(x + 3) / 6.',
  source: 'torch.nn.Hardswish',
  attrs: {},
  apply: (x) => tf.mul(x, tf.div(clip(tf.add(x, 3), 0, 6), 6)),
  examples: [anyImage],
});
