import { defineOp } from '../registry/op.ts';
import { affineWeights, checkGroups, epsilonAttribute, groupNorm as normalize } from './shared/norm.ts';
import { requireRank } from './shared/shapes.ts';

export const groupNorm = defineOp({
  name: 'group-norm',
  doc: 'Normalises each group of channels of each sample over the group and all axes between the first and the last.',
  source: 'Wu & He 2018; torch.nn.GroupNorm',
  attrs: {
    groups: { type: 'integer', minimum: 1, description: 'Groups of neighbouring channels; the channels are a multiple of it.' },
    eps: epsilonAttribute,
    affine: { type: 'boolean', default: true, description: 'A learned scale and offset per channel.' },
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    requireRank(x, 3);
    checkGroups(x[x.length - 1], a.groups);
    return [x];
  },
  weights: (a, [x]) => affineWeights(a.affine, x[x.length - 1]),
  build: (a) => ([x], weights) => [normalize(x, weights, a.groups, a.eps)],
  traits: { rows: 'each' },
  examples: [
    { attrs: { groups: 2 }, in: [['N', 'H', 'W', 6]], out: [['N', 'H', 'W', 6]] },
    { attrs: { groups: 3, affine: false }, in: [[2, 7, 6]], out: [[2, 7, 6]] },
    { attrs: { groups: 1 }, in: [[2, 3, 4, 3]], out: [[2, 3, 4, 3]] },
  ],
});
