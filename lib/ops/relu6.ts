import { clip } from './kernels/bounds.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const relu6 = definePointwise({
  name: 'relu6',
  doc: 'min(max(x, 0), 6).',
  source: 'torch.nn.ReLU6',
  attrs: {},
  apply: (x) => clip(x, 0, 6),
  examples: [anyImage],
});
