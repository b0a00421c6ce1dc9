import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { meanKeeping } from './kernels/reduce.ts';
import { rowsOfVectors } from './shared/rows.ts';
import { requireRank } from './shared/shapes.ts';

export const pixelNorm = defineOp({
  name: 'pixel-norm',
  doc: 'Divides every vector along the last axis by its root mean square.',
  source: 'Karras et al. 2018 (progressive GAN); StyleGAN2',
  attrs: { eps: { type: 'number', exclusiveMinimum: 0, default: 1e-8, description: 'Added to the mean square.' } },
  inputs: ['x'],
  shape: (_a, [x]) => {
    requireRank(x, 1);
    return [x];
  },
  build: (a) => ([x]) => [tf.mul(x, tf.rsqrt(tf.add(meanKeeping(tf.square(x), [x.rank - 1]), a.eps)))],
  traits: { rows: rowsOfVectors },
  examples: [
    { in: [['N', 'H', 'W', 4]], out: [['N', 'H', 'W', 4]] },
    { attrs: { eps: 1e-3 }, in: [['N', 6]], out: [['N', 6]] },
  ],
});
