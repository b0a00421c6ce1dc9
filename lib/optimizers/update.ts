import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import type { UpdateInput, UpdateOutput } from '../registry/optimizer.ts';

/** An update whose intermediate tensors are disposed of; the new weight and slots are the caller's. */
export function tidied(update: (input: UpdateInput) => UpdateOutput): (input: UpdateInput) => UpdateOutput {
  return (input) => tf.tidy(() => ({ ...update(input) })) as unknown as UpdateOutput;
}

/** The gradient with `decay` times the weight added: the L2 penalty `decay / 2 * |weight|^2`. */
export function withL2(gradient: Tensor, weight: Tensor, decay: number): Tensor {
  return decay === 0 ? gradient : tf.add(gradient, tf.mul(weight, decay));
}

/** `share` of the old value and the rest of the new one: one step of an exponential moving average. */
export function average(old: Tensor, value: Tensor, share: number): Tensor {
  return tf.add(tf.mul(old, share), tf.mul(value, 1 - share));
}
