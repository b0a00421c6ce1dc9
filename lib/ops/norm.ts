import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp, type BuildContext } from '../registry/op.ts';
import {
  affineWeights, batchNorm, checkGroups, epsilonAttribute, groupNorm, instanceNorm, momentumAttribute, runningStatistics,
} from './shared/norm.ts';
import { requireRank } from './shared/shapes.ts';

export const norm = defineOp({
  name: 'norm',
  doc:
    'A normalisation chosen by name: `batch`, `instance` and `group` are the ops of those names; `layer` normalises each sample over height, '
    + 'width and channels with a scale and offset per channel (a group norm of one group); `none` is the identity.',
  source: 'torch.nn.BatchNorm2d, InstanceNorm2d, GroupNorm',
  attrs: {
    type: { enum: ['batch', 'instance', 'layer', 'group', 'none'], description: 'Which normalisation.' },
    eps: epsilonAttribute,
    momentum: { ...momentumAttribute, description: `${momentumAttribute.description} (batch only)` },
    affine: {
      type: 'boolean', optional: true, description: 'A learned scale and offset per channel; without a value: yes for all but instance, as in PyTorch.',
    },
    groups: { type: 'integer', minimum: 1, default: 32, description: 'Groups of channels (group only).' },
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    requireRank(x, a.type === 'batch' ? 2 : 3);
    if (a.type === 'group') checkGroups(x[x.length - 1], a.groups);
    return [x];
  },
  weights: (a, [x]) => {
    const c = x[x.length - 1];
    return { ...affineWeights(isAffine(a), c), ...(a.type === 'batch' ? runningStatistics(a.momentum, c) : {}) };
  },
  build: (a) => ([x], weights, context) => [normalized(a, x, weights, context)],
  traits: { rows: 'each' },
  examples: [
    { attrs: { type: 'batch' }, in: [['N', 'H', 'W', 4]], out: [['N', 'H', 'W', 4]] },
    { attrs: { type: 'instance' }, in: [[2, 4, 5, 3]], out: [[2, 4, 5, 3]] },
    { attrs: { type: 'instance', affine: true }, in: [[2, 4, 5, 3]], out: [[2, 4, 5, 3]] },
    { attrs: { type: 'layer' }, in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] },
    { attrs: { type: 'group', groups: 2 }, in: [[2, 4, 3, 4]], out: [[2, 4, 3, 4]] },
    { attrs: { type: 'none' }, in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] },
  ],
});

type NormType = 'batch' | 'instance' | 'layer' | 'group' | 'none';

function isAffine(a: { readonly type: NormType; readonly affine: boolean | undefined }): boolean {
  return a.type !== 'none' && (a.affine ?? a.type !== 'instance');
}

interface NormAttributes {
  readonly type: NormType;
  readonly eps: number;
  readonly groups: number;
}

function normalized(a: NormAttributes, x: Tensor, weights: Readonly<Record<string, Tensor>>, context: BuildContext): Tensor {
  switch (a.type) {
    case 'batch': return batchNorm(x, weights, a.eps, context);
    case 'instance': return instanceNorm(x, weights, a.eps);
    case 'layer': return groupNorm(x, weights, 1, a.eps);
    case 'group': return groupNorm(x, weights, a.groups, a.eps);
    case 'none': return tf.clone(x);
  }
}
