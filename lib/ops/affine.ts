import { tf } from '../engine/tf.ts';
import { anyImage, definePointwise } from './shared/pointwise.ts';

export const affine = definePointwise({
  name: 'affine',
  doc: 'scale * x + offset with two fixed numbers, such as 2 and -1 from [0, 1] to [-1, 1].',
  attrs: {
    scale: { type: 'number', default: 1, description: 'Factor.' },
    offset: { type: 'number', default: 0, description: 'Added after the factor.' },
  },
  apply: (x, { scale, offset }) => {
    const scaled = scale === 1 ? tf.clone(x) : tf.mul(x, scale);
    return offset === 0 ? scaled : tf.add(scaled, offset);
  },
  examples: [{ ...anyImage, attrs: { scale: 2, offset: -1 } }, { attrs: { offset: 0.5 }, in: [[]], out: [[]] }],
});
