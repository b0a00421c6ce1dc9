import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { Shape } from '../../shape/shape.ts';
import { requireEqual, requireRank } from './shapes.ts';

/** The shape of `x` [N, ..., C], when `by` is [N, C] of the same N and C. */
export function channelShape(x: Shape, by: Shape): Shape {
  requireRank(x, 2);
  requireEqual([x[0], x[x.length - 1]], by);
  return x;
}

/** `by` [N, C] as [N, 1, ..., 1, C] of the given rank. */
export function alongChannels(by: Tensor, rank: number): Tensor {
  const [n, c] = by.shape as number[];
  return tf.reshape(by, [n, ...Array.from({ length: rank - 2 }, () => 1), c]);
}
