import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { convolve, subtractMeanColour, weight } from './layers.ts';
import type { Weights } from './layers.ts';

/** Side of the face crop that the recognition network looks at, in pixels. */
export const recognitionSize = 150;

const plan: readonly (readonly [name: string, down: boolean])[] = [
  ['conv32_1', false], ['conv32_2', false], ['conv32_3', false],
  ['conv64_down', true], ['conv64_1', false], ['conv64_2', false], ['conv64_3', false],
  ['conv128_down', true], ['conv128_1', false], ['conv128_2', false],
  ['conv256_down', true], ['conv256_1', false], ['conv256_2', false], ['conv256_down_out', true],
];

/** 128-d descriptors [N, 128] (not normalised) of [N, 150, 150, 3] in 0..255: dlib's ResNet as `faceRecognitionNet` runs it. */
export function recognitionNetwork(pixels: Tensor4D, weights: Weights): Tensor2D {
  return tf.tidy(() => {
    let x: Tensor4D = tf.relu(scaledConv(subtractMeanColour(pixels), weights, 'conv32_down', 2, 'valid'));
    x = tf.maxPool(x, 3, 2, 'valid');
    for (const [name, down] of plan) x = down ? residualDown(x, weights, name) : residual(x, weights, name);
    return tf.matMul(tf.mean(x, [1, 2]) as Tensor2D, weight(weights, 'fc') as Tensor2D);
  });
}

function scaledConv(x: Tensor4D, weights: Weights, prefix: string, stride: number, padding: 'same' | 'valid'): Tensor4D {
  const out = convolve(x, weight(weights, `${prefix}/conv/filters`), weight(weights, `${prefix}/conv/bias`), stride, padding);
  return tf.add(tf.mul(out, weight(weights, `${prefix}/scale/weights`)), weight(weights, `${prefix}/scale/biases`));
}

function residual(x: Tensor4D, weights: Weights, prefix: string): Tensor4D {
  const inner = tf.relu(scaledConv(x, weights, `${prefix}/conv1`, 1, 'same'));
  return tf.relu(tf.add<Tensor4D>(scaledConv(inner, weights, `${prefix}/conv2`, 1, 'same'), x));
}

/** Halves the size; the short cut is an average pool, padded with zero channels, and the residual with a zero row and column. */
function residualDown(x: Tensor4D, weights: Weights, prefix: string): Tensor4D {
  const inner = tf.relu(scaledConv(x, weights, `${prefix}/conv1`, 2, 'valid'));
  let out = scaledConv(inner, weights, `${prefix}/conv2`, 1, 'same');
  const pooled = tf.avgPool(x, 2, 2, 'valid');
  const [, height, width, channels] = pooled.shape;
  if (out.shape[1] !== height || out.shape[2] !== width) out = tf.pad(out, [[0, 0], [0, 1], [0, 1], [0, 0]]);
  const shortcut = out.shape[3] === channels ? pooled : tf.pad(pooled, [[0, 0], [0, 0], [0, 0], [0, out.shape[3] - channels]]);
  return tf.relu(tf.add<Tensor4D>(shortcut, out));
}
