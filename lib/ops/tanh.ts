import { tanh as squash } from './kernels/smooth.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const tanh = definePointwise({
  name: 'tanh',
  doc: 'Hyperbolic tangent.',
  source: 'torch.nn.Tanh',
  attrs: {},
  apply: (x) => squash(x),
  examples: [anyImage],
});
