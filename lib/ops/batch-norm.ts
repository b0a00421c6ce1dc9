import { defineOp } from '../registry/op.ts';
import { affineWeights, batchNorm as normalize, epsilonAttribute, momentumAttribute, runningStatistics } from './shared/norm.ts';
import { requireRank } from './shared/shapes.ts';

export const batchNorm = defineOp({
  name: 'batch-norm',
  doc:
    'Batch normalisation of the last axis. Normalises by the biased variance of the batch; the running variance takes the unbiased one. '
    + 'Where statistics are stored (prediction, frozen models) the running mean and variance normalise.',
  source: 'Ioffe & Szegedy 2015; torch.nn.BatchNorm2d, BatchNorm1d',
  attrs: {
    eps: epsilonAttribute,
    momentum: momentumAttribute,
    affine: { type: 'boolean', default: true, description: 'A learned scale and offset per channel.' },
  },
  inputs: ['x'],
  shape: (_a, [x]) => {
    requireRank(x, 2);
    return [x];
  },
  weights: (a, [x]) => ({ ...affineWeights(a.affine, x[x.length - 1]), ...runningStatistics(a.momentum, x[x.length - 1]) }),
  build: (a) => ([x], weights, context) => [normalize(x, weights, a.eps, context)],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 4]], out: [['N', 'H', 'W', 4]] },
    { in: [[3, 4, 5, 4]], out: [[3, 4, 5, 4]], statistics: 'stored' },
    { attrs: { affine: false, eps: 1e-3 }, in: [[3, 4, 5, 2]], out: [[3, 4, 5, 2]] },
    { in: [[6, 5]], out: [[6, 5]] },
    { in: [[4, 3, 5]], out: [[4, 3, 5]] },
  ],
});
