import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { stopGradient } from './kernels/stop-gradient.ts';
import { comparedShape, otherPort } from './shared/comparison.ts';

export const greater = defineOp({
  name: 'greater',
  doc: 'Whether a is greater than b, or than a number, entry by entry.',
  source: 'torch.gt',
  attrs: { than: { type: 'number', optional: true, description: 'The number to compare with, in place of b.' } },
  inputs: [{ name: 'a', dtype: 'any' }, otherPort],
  shape: (c, [a, b]) => [comparedShape('than', c.than, a, b)],
  dtypes: () => ['bool'],
  build: (c) => ([a, b]) => {
    if (c.than === undefined) return [tf.greater(stopGradient(a), stopGradient(b))];
    return [tf.greater(tf.cast(stopGradient(a), 'float32'), c.than)];
  },
  traits: { rows: 'each', nondifferentiable: true },
  examples: [
    { attrs: { than: 0.5 }, in: [['N', 'H', 'W', 1], null], out: [['N', 'H', 'W', 1]], values: ['unit'] },
    { in: [['N', 5], ['N', 5]], out: [['N', 5]] },
    { in: [[3, 4, 2], [3, 1, 2]], out: [[3, 4, 2]], values: [{ below: 2 }, { below: 2 }] },
  ],
});
