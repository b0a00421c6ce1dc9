import { tf } from '../engine/tf.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const sqrt = definePointwise({
  name: 'sqrt',
  doc: 'Square root.',
  source: 'torch.sqrt',
  attrs: {},
  apply: (x) => tf.sqrt(x),
  examples: [{ ...anyImage, values: ['positive'] }],
});
