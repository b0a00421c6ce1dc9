import { defineOp } from '../registry/op.ts';
import { standardize } from './kernels/standardize.ts';
import { affineWeights, applyAffine, epsilonAttribute } from './shared/norm.ts';
import { rowsOfVectors } from './shared/rows.ts';
import { requireRank } from './shared/shapes.ts';

export const layerNorm = defineOp({
  name: 'layer-norm',
  doc:
    'Normalises every vector along the last axis, as in transformers and ConvNeXt. Over height, width and channels together: '
    + '`norm` with type layer, or `group-norm` with one group.',
  source: 'Ba et al. 2016; torch.nn.LayerNorm over the last axis',
  attrs: {
    eps: epsilonAttribute,
    affine: { type: 'boolean', default: true, description: 'A learned scale and offset per channel.' },
  },
  inputs: ['x'],
  shape: (_a, [x]) => {
    requireRank(x, 2);
    return [x];
  },
  weights: (a, [x]) => affineWeights(a.affine, x[x.length - 1]),
  build: (a) => ([x], weights) => [applyAffine(standardize(x, { axes: [x.rank - 1], epsilon: a.eps }), weights)],
  traits: { rows: rowsOfVectors },
  examples: [
    { in: [['N', 'T', 6]], out: [['N', 'T', 6]] },
    { attrs: { affine: false, eps: 1e-6 }, in: [[3, 5]], out: [[3, 5]] },
    { in: [[2, 3, 4, 5]], out: [[2, 3, 4, 5]] },
  ],
});
