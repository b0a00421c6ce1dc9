import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { AttributeSchema } from '../../registry/attributes.ts';
import { tanh } from '../kernels/smooth.ts';

export const approximateAttribute = {
  enum: ['none', 'tanh'], default: 'none', description: 'none: with the error function; tanh: the approximation of GPT-2.',
} as const satisfies AttributeSchema;

/** x times the standard normal distribution function at x (Hendrycks & Gimpel 2016). */
export function geluOf(x: Tensor, approximate: 'none' | 'tanh'): Tensor {
  const half = tf.mul(x, 0.5);
  if (approximate === 'none') return tf.mul(half, tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(half, tf.add(tanh(inner), 1));
}
