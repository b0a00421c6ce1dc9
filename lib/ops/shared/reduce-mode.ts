import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { AttributeSchema } from '../../registry/attributes.ts';
import type { Shape } from '../../shape/shape.ts';
import { allAxes, meanOver, sumOver } from '../kernels/reduce.ts';

export const reduceAttribute = {
  enum: ['mean', 'sum', 'per-sample', 'none'],
  default: 'mean',
  description: 'One number for all (mean or sum), the mean of each sample ([N]), or everything as it is.',
} as const satisfies AttributeSchema;

export type Reduction = 'mean' | 'sum' | 'per-sample' | 'none';

/** The shape that `reduced` gives for a tensor of `shape`. */
export function reducedShape(shape: Shape, reduction: Reduction): Shape {
  if (reduction === 'none') return shape;
  return reduction === 'per-sample' ? shape.slice(0, 1) : [];
}

/** `x` as the attribute `reduce` says; per-sample is the mean over all axes but the first. */
export function reduced(x: Tensor, reduction: Reduction): Tensor {
  switch (reduction) {
    case 'mean': return meanOver(x, allAxes(x));
    case 'sum': return sumOver(x, allAxes(x));
    case 'per-sample': return x.rank === 1 ? tf.clone(x) : meanOver(x, allAxes(x).slice(1));
    case 'none': return x;
  }
}
