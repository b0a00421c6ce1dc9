import { tf } from '../engine/tf.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const square = definePointwise({
  name: 'square',
  doc: 'The square x * x.',
  source: 'torch.square',
  attrs: {},
  apply: (x) => tf.square(x),
  examples: [anyImage],
});
