import { tf } from '../engine/tf.ts';
import { clip } from './kernels/bounds.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const hardSigmoid = definePointwise({
  name: 'hard-sigmoid',
  doc: 'relu6(x + 3) / 6.',
  source: 'torch.nn.Hardsigmoid',
  attrs: {},
  apply: (x) => tf.div(clip(tf.add(x, 3), 0, 6), 6),
  examples: [anyImage],
});
