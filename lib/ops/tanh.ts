import { tf } from '../engine/tf.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const tanh = definePointwise({
  name: 'tanh',
  doc: 'Hyperbolic tangent.',
  source: 'torch.nn.Tanh',
  attrs: {},
  apply: (x) => tf.tanh(x),
  examples: [anyImage],
});
