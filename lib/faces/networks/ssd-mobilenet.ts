import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { convolve, weight } from './layers.ts';
import type { Weights } from './layers.ts';
import type { WeightArray } from './weights.ts';

/** Side of the square that the detector looks at, in pixels. */
export const detectorSize = 512;

export interface DetectorOutput {
  /** [N, 5118, 4]: top, left, bottom, right, as shares of the input's side. */
  readonly boxes: Tensor3D;
  /** [N, 5118]: 0 to 1. */
  readonly scores: Tensor2D;
}

const epsilon = 0.0010000000474974513;
const strided = new Set([2, 4, 6, 12]);

/** SSD with MobileNet v1 over [N, 512, 512, 3] in 0..255 (`@vladmandic/face-api`, `ssdMobilenetv1`); every anchor's box and face score. The weights are those of `foldDetectorWeights`. */
export function ssdMobilenet(pixels: Tensor4D, weights: Weights): DetectorOutput {
  return tf.tidy(() => {
    const { deep, conv11 } = mobilenet(tf.sub(tf.div(pixels, 127.5), 1), weights);
    const maps: Tensor4D[] = [conv11, deep];
    let x = deep;
    for (let i = 0; i < 8; i++) {
      x = pointwise(x, weights, `Prediction/Conv2d_${i}_pointwise`, i % 2 === 1 ? 2 : 1);
      if (i % 2 === 1) maps.push(x);
    }
    const n = pixels.shape[0];
    const predict = (part: string, width: number): Tensor3D => tf.concat(maps.map((map, i) => {
      const prefix = `Prediction/BoxPredictor_${i}/${part}`;
      return tf.reshape(convolve(map, weight(weights, `${prefix}/weights`), weight(weights, `${prefix}/biases`)), [n, -1, width]) as Tensor3D;
    }), 1);
    const scores = tf.sigmoid(tf.slice(predict('ClassPredictor', 3), [0, 0, 1], [-1, -1, 1]));
    const boxes = decodeBoxes(predict('BoxEncodingPredictor', 4), weight(weights, 'Output/extra_dim') as Tensor3D);
    return { boxes, scores: tf.squeeze(scores, [2]) as Tensor2D };
  });
}

function mobilenet(x: Tensor4D, weights: Weights): { deep: Tensor4D; conv11: Tensor4D } {
  let out = pointwise(x, weights, 'MobilenetV1/Conv2d_0_pointwise', 2);
  let conv11 = out;
  for (let i = 1; i <= 13; i++) {
    out = depthwise(out, weights, `MobilenetV1/Conv2d_${i}_depthwise`, strided.has(i) ? 2 : 1);
    out = pointwise(out, weights, `MobilenetV1/Conv2d_${i}_pointwise`, 1);
    if (i === 11) conv11 = out;
  }
  return { deep: out, conv11 };
}

function pointwise(x: Tensor4D, weights: Weights, prefix: string, stride: number): Tensor4D {
  const filter = weight(weights, `${prefix}/weights`) as Tensor4D;
  const bias = weight(weights, `${prefix}/convolution_bn_offset`);
  return tf.fused.conv2d({ x, filter, strides: stride, pad: 'same', bias, activation: 'relu6' });
}

function depthwise(x: Tensor4D, weights: Weights, prefix: string, stride: number): Tensor4D {
  const filter = weight(weights, `${prefix}/depthwise_weights`) as Tensor4D;
  return tf.fused.depthwiseConv2d({ x, filter, strides: stride, pad: 'same', bias: weight(weights, `${prefix}/bias`), activation: 'relu6' });
}

/** The detector's weights with every batch normalisation (a factor and an offset per channel) folded into the depthwise kernel before it and a `bias`. */
export function foldDetectorWeights(arrays: Readonly<Record<string, WeightArray>>): Record<string, WeightArray> {
  const out: Record<string, WeightArray> = { ...arrays };
  for (let i = 1; i <= 13; i++) {
    const prefix = `MobilenetV1/Conv2d_${i}_depthwise`;
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name) => arrays[`${prefix}/BatchNorm/${name}`].data);
    const factor = gamma.map((g, c) => g / Math.sqrt(variance[c] + epsilon));
    const { shape, data } = arrays[`${prefix}/depthwise_weights`];
    out[`${prefix}/depthwise_weights`] = { shape, data: data.map((value, k) => value * factor[k % factor.length]) };
    out[`${prefix}/bias`] = { shape: [factor.length], data: beta.map((b, c) => b - mean[c] * factor[c]) };
  }
  return out;
}

/** Anchors (top, left, bottom, right) moved and scaled by the codes (dy / 10, dx / 10, exp(dh / 5), exp(dw / 5)). */
function decodeBoxes(codes: Tensor3D, anchors: Tensor3D): Tensor3D {
  const [top, left, bottom, right] = tf.split<Tensor3D>(anchors, 4, 2);
  const [dy, dx, dh, dw] = tf.split<Tensor3D>(codes, 4, 2);
  const axis = (from: Tensor3D, to: Tensor3D, shift: Tensor3D, stretch: Tensor3D): [Tensor3D, Tensor3D] => {
    const size = tf.sub<Tensor3D>(to, from);
    const centre = tf.add<Tensor3D>(tf.add(from, tf.div(size, 2)), tf.mul(tf.div(shift, 10), size));
    const half = tf.div<Tensor3D>(tf.mul(tf.exp(tf.div(stretch, 5)), size), 2);
    return [tf.sub(centre, half), tf.add(centre, half)];
  };
  const [y0, y1] = axis(top, bottom, dy, dh);
  const [x0, x1] = axis(left, right, dx, dw);
  return tf.concat([y0, x0, y1, x1], 2);
}
