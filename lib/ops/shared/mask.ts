import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { BuildContext } from '../../registry/op.ts';

/** 0 with probability `rate`, else 1 / (1 - rate), so that the expected value is 1. */
export function keepMask(shape: readonly number[], rate: number, context: BuildContext): Tensor {
  const kept = tf.greaterEqual(context.random('uniform', shape), rate);
  return tf.mul(tf.cast(kept, 'float32'), 1 / (1 - rate));
}
