import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';

export interface ClippedGradients {
  /** In the order given; new tensors of the same shapes. */
  readonly gradients: readonly Tensor[];
  /** The joint norm before clipping. */
  readonly norm: Scalar;
}

/** The Euclidean norm of all gradients laid end to end, as a scalar; nothing is read back. */
export function globalNorm(gradients: readonly Tensor[]): Scalar {
  if (gradients.length === 0) return tf.scalar(0);
  return tf.tidy(() => tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g))))) as Scalar);
}

/**
 * Scales all gradients by one factor so that their joint norm is at most `maxNorm`: `min(1, maxNorm / (norm + 1e-6))`, as
 * `torch.nn.utils.clip_grad_norm_`. A norm that is not finite makes every gradient NaN or 0, as there: stop the run before the update.
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], maxNorm: number): ClippedGradients {
  if (!(maxNorm > 0)) throw new RangeError(`clip-norm wants a number above 0, received ${maxNorm}`);
  const norm = globalNorm(gradients);
  const clipped = tf.tidy(() => {
    const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1);
    return gradients.map((g) => tf.mul(g, factor));
  });
  return { gradients: clipped, norm };
}

/** Every element of every gradient cut to [-limit, limit], as `torch.nn.utils.clip_grad_value_`. */
export function clipByValue(gradients: readonly Tensor[], limit: number): Tensor[] {
  if (!(limit > 0)) throw new RangeError(`clip-value wants a number above 0, received ${limit}`);
  return gradients.map((g) => tf.clipByValue(g, -limit, limit));
}
