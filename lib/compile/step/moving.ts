import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';

/** A running statistic after a phase: it moves once, by the mean over the calls of the phase. */
export function movedStatistic(old: Tensor, seen: readonly Tensor[], momentum: number): Tensor {
  const mean = seen.length === 1 ? seen[0] : tf.div(tf.addN([...seen]), seen.length);
  return tf.add(tf.mul(old, 1 - momentum), tf.mul(mean, momentum));
}

/** A moving average after a step; statistics are copied, not averaged. */
export function movedAverage(old: Tensor, weight: Tensor, decay: number, trainable: boolean): Tensor {
  return trainable ? tf.add(tf.mul(old, decay), tf.mul(weight, 1 - decay)) : tf.clone(weight);
}
