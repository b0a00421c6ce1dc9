import { sigmoid as squash } from './kernels/smooth.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const sigmoid = definePointwise({
  name: 'sigmoid',
  doc: '1 / (1 + exp(-x)).',
  source: 'torch.nn.Sigmoid',
  attrs: {},
  apply: (x) => squash(x),
  examples: [anyImage],
});
