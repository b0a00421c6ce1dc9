import { relu as rectify } from './kernels/rectify.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const relu = definePointwise({
  name: 'relu',
  doc: 'max(x, 0): negative values become 0.',
  source: 'torch.nn.ReLU',
  attrs: {},
  apply: (x) => rectify(x),
  examples: [anyImage],
});
