import { approximateAttribute, geluOf } from './shared/gelu.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const gelu = definePointwise({
  name: 'gelu',
  doc: 'x times the standard normal distribution function at x.',
  source: 'torch.nn.GELU',
  attrs: { approximate: approximateAttribute },
  apply: (x, { approximate }) => geluOf(x, approximate),
  examples: [anyImage, { ...anyImage, attrs: { approximate: 'tanh' } }],
});
