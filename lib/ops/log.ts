import { tf } from '../engine/tf.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const log = definePointwise({
  name: 'log',
  doc: 'Natural logarithm.',
  source: 'torch.log',
  attrs: {},
  apply: (x) => tf.log(x),
  examples: [{ ...anyImage, values: ['positive'] }],
});
