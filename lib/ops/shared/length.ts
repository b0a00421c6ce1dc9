import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { maximum } from '../kernels/bounds.ts';
import { sumKeeping } from '../kernels/reduce.ts';

/** Lengths of the vectors along `axis` (which stays, with size 1), at least `least`; a vector of zeros has a finite gradient. */
export function lengthOf(x: Tensor, axis: number, least: number): Tensor {
  // The bound is inside the root, whose own derivative at 0 is infinite and would make a NaN of the bound's 0.
  return tf.sqrt(maximum(sumKeeping(tf.square(x), [axis]), tf.scalar(least * least)));
}
