import { tf } from '../engine/tf.ts';
import { leakyRelu as rectify } from './kernels/rectify.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const leakyRelu = definePointwise({
  name: 'leaky-relu',
  doc: 'x where positive, slope * x elsewhere; then times gain.',
  source: 'torch.nn.LeakyReLU; gain as in StyleGAN2 (sqrt 2 keeps the variance)',
  attrs: {
    slope: { type: 'number', minimum: 0, maximum: 1, default: 0.01, description: 'Slope where x is negative.' },
    gain: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Factor on the result.' },
  },
  apply: (x, { slope, gain }) => (gain === 1 ? rectify(x, slope) : tf.mul(rectify(x, slope), gain)),
  examples: [anyImage, { ...anyImage, attrs: { slope: 0.2 } }, { ...anyImage, attrs: { slope: 0.2, gain: 1.5 } }, { ...anyImage, attrs: { slope: 0 } }],
});
