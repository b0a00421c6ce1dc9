import { exp as exponential } from './kernels/smooth.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const exp = definePointwise({
  name: 'exp',
  doc: 'The exponential e^x.',
  source: 'torch.exp',
  attrs: {},
  apply: (x) => exponential(x),
  examples: [anyImage],
});
