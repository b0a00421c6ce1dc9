import { absolute } from './kernels/absolute.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const abs = definePointwise({
  name: 'abs',
  doc: 'The absolute value; its gradient at 0 is 0.',
  source: 'torch.abs',
  attrs: {},
  apply: (x) => absolute(x),
  examples: [anyImage],
});
