import { defineOp } from '../registry/op.ts';
import { affineWeights, epsilonAttribute, instanceNorm as normalize } from './shared/norm.ts';
import { requireRank } from './shared/shapes.ts';

export const instanceNorm = defineOp({
  name: 'instance-norm',
  doc: 'Normalises each channel of each sample over all axes between the first and the last.',
  source: 'Ulyanov et al. 2016; torch.nn.InstanceNorm2d',
  attrs: {
    eps: epsilonAttribute,
    affine: { type: 'boolean', default: false, description: 'A learned scale and offset per channel.' },
  },
  inputs: ['x'],
  shape: (_a, [x]) => {
    requireRank(x, 3);
    return [x];
  },
  weights: (a, [x]) => affineWeights(a.affine, x[x.length - 1]),
  build: (a) => ([x], weights) => [normalize(x, weights, a.eps)],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 4]], out: [['N', 'H', 'W', 4]] },
    { attrs: { affine: true, eps: 1e-3 }, in: [[2, 4, 5, 3]], out: [[2, 4, 5, 3]] },
    { attrs: { eps: 1e-8 }, in: [[2, 6, 3]], out: [[2, 6, 3]] },
  ],
});
