import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';

/** Runs `f`, which works on the last axis, on another one. */
export function onLastAxis(x: Tensor, axis: number, f: (x: Tensor) => Tensor): Tensor {
  const last = x.rank - 1;
  if (axis === last) return f(x);
  const swapped = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  return tf.transpose(f(tf.transpose(x, swapped)), swapped);
}
