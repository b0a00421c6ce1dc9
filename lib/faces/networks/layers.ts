import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { WeightArray } from './weights.ts';

export type Weights = Readonly<Record<string, Tensor>>;

/** Weights as tensors that outlive any `tf.tidy`; whoever makes them disposes of them with `disposeWeights`. */
export function weightTensors(arrays: Readonly<Record<string, WeightArray>>): Weights {
  return Object.fromEntries(Object.entries(arrays).map(([name, { shape, data }]) => [name, tf.keep(tf.tensor(data, [...shape]))]));
}

export function disposeWeights(weights: Weights): void {
  for (const tensor of Object.values(weights)) tensor.dispose();
}

/** A weight by name; throws where the file has none of that name. */
export function weight(weights: Weights, name: string): Tensor {
  const found = weights[name];
  if (found === undefined) throw new Error(`the weights have no "${name}"`);
  return found;
}

export function convolve(x: Tensor4D, kernel: Tensor, bias: Tensor, stride = 1, padding: 'same' | 'valid' = 'same'): Tensor4D {
  return tf.add(tf.conv2d(x, kernel as Tensor4D, stride, padding), bias);
}

/** Depthwise, then 1x1, then bias, in face-api's names. */
export function separable(x: Tensor4D, weights: Weights, prefix: string, stride: number): Tensor4D {
  const depthwise = weight(weights, `${prefix}/depthwise_filter`) as Tensor4D;
  const pointwise = weight(weights, `${prefix}/pointwise_filter`) as Tensor4D;
  return tf.add(tf.separableConv2d(x, depthwise, pointwise, stride, 'same'), weight(weights, `${prefix}/bias`));
}

/** face-api's pixel normalisation: 0..255 minus the mean colour, over 255. */
export function subtractMeanColour(x: Tensor4D): Tensor4D {
  return tf.div(tf.sub(x, tf.tensor1d([122.782, 117.001, 104.298])), 255);
}
