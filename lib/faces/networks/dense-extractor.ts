import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { convolve, separable, subtractMeanColour, weight } from './layers.ts';
import type { Weights } from './layers.ts';

/** Side of the face crop that the landmark and expression networks look at, in pixels. */
export const extractorSize = 112;

/** 68 landmarks as [N, 136], x and y in turn, as shares of the side, from [N, 112, 112, 3] in 0..255 (`faceLandmarkNet`). */
export function landmarkNetwork(pixels: Tensor4D, weights: Weights): Tensor2D {
  return tf.tidy(() => classify(pixels, weights));
}

/** Probabilities of the seven `expressions` as [N, 7] from [N, 112, 112, 3] in 0..255 (`faceExpressionNet`). */
export function expressionNetwork(pixels: Tensor4D, weights: Weights): Tensor2D {
  return tf.tidy(() => tf.softmax(classify(pixels, weights)));
}

/** Four densely connected blocks, an average over 7x7, one linear layer: the trunk that both networks share. */
function classify(pixels: Tensor4D, weights: Weights): Tensor2D {
  let x = subtractMeanColour(pixels);
  for (let block = 0; block < 4; block++) x = denseBlock(x, weights, `dense${block}`, block === 0);
  const pooled = tf.avgPool(x, 7, 2, 'valid');
  const flat = tf.reshape(pooled, [pooled.shape[0], -1]) as Tensor2D;
  return tf.add(tf.matMul(flat, weight(weights, 'fc/weights') as Tensor2D), weight(weights, 'fc/bias'));
}

/** Each convolution sees the sum of all before it; the first halves the size. */
function denseBlock(x: Tensor4D, weights: Weights, prefix: string, first: boolean): Tensor4D {
  const conv0 = `${prefix}/conv0`;
  const stem = first
    ? convolve(x, weight(weights, `${conv0}/filters`), weight(weights, `${conv0}/bias`), 2)
    : separable(x, weights, conv0, 2);
  const start: Tensor4D = tf.relu(stem);
  const second = separable(start, weights, `${prefix}/conv1`, 1);
  const third = separable(tf.relu(tf.add<Tensor4D>(start, second)), weights, `${prefix}/conv2`, 1);
  const fourth = separable(tf.relu(tf.add<Tensor4D>(start, tf.add(second, third))), weights, `${prefix}/conv3`, 1);
  return tf.relu(tf.add<Tensor4D>(start, tf.add(second, tf.add(third, fourth))));
}
