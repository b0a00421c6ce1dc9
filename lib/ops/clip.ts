import { clip as bounded } from './kernels/bounds.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const clip = definePointwise({
  name: 'clip',
  doc: 'Holds every element within [min, max]; the gradient outside is 0.',
  source: 'torch.clamp',
  attrs: {
    min: { type: 'number', default: 0, description: 'Lower bound.' },
    max: { type: 'number', default: 1, description: 'Upper bound.' },
  },
  apply: (x, { min, max }) => bounded(x, min, max),
  examples: [anyImage, { ...anyImage, attrs: { min: -0.5, max: 0.25 } }],
});
