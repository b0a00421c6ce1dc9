import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import type { NativeUpdate, UpdateInput } from '../registry/optimizer.ts';
import { average } from './update.ts';

/** The two moments that Adam keeps, and the step it takes from them. */
export interface AdamStep {
  readonly step: Tensor;
  readonly slots: { readonly mean: Tensor; readonly square: Tensor };
}

export interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

export const adamSlots = ['mean', 'square'] as const;

/** Adam's bias corrections at `step` (from 1), folded into the learning rate and the root's factor, in float64. */
export function adamScalars(a: AdamAttributes, step: number, lr: number): Record<'rate' | 'root', number> {
  return { rate: lr / (1 - a.beta1 ** step), root: 1 / Math.sqrt(1 - a.beta2 ** step) };
}

/** The amount to take off the weight (Kingma and Ba 2015, Algorithm 1; eps is added after the bias correction, as in PyTorch). */
export function adamStep(a: AdamAttributes, gradient: Tensor, { slots, scalars }: UpdateInput): AdamStep {
  const mean = average(slots.mean, gradient, a.beta1);
  const square = average(slots.square, tf.square(gradient), a.beta2);
  const denominator = tf.add(tf.mul(tf.sqrt(square), scalars.root), a.eps);
  return { step: tf.mul(tf.div(mean, denominator), scalars.rate), slots: { mean, square } };
}

/** The same step as TensorFlow's operation on variables. */
export const nativeAdam = (a: AdamAttributes): NativeUpdate => ({
  op: 'ResourceApplyAdam', slots: adamSlots, numbers: (scalars) => nativeNumbers(a, scalars), attributes: { use_locking: false, use_nesterov: false },
});

/**
 * What `ResourceApplyAdam` takes: powers of the betas, learning rate, betas, epsilon. With powers of zero it corrects nothing by itself;
 * epsilon it adds to the uncorrected root; and it takes 1 - beta in float32, so that its averages are off by a constant factor.
 */
function nativeNumbers({ beta1, beta2, eps }: AdamAttributes, { rate, root }: UpdateInput['scalars']): Scalar[] {
  const [mean, square] = [roundedShare(beta1), Math.sqrt(roundedShare(beta2))];
  const none = tf.scalar(0);
  return [none, none, tf.mul(tf.div(rate, root), square / mean), tf.scalar(beta1), tf.scalar(beta2), tf.div(tf.scalar(eps * square), root)];
}

/** The share of a new value in an average when it is subtracted in float32, over the share that it should have. */
const roundedShare = (beta: number): number => Math.fround(1 - Math.fround(beta)) / Math.fround(1 - beta);
