import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { takeRows } from './rows.ts';
import { stopGradient } from './stop-gradient.ts';

export interface Sampling {
  readonly mode: 'bilinear' | 'nearest';
  /** What lies outside the image: zeros, its border pixels, or its mirror image. */
  readonly padding: 'zeros' | 'border' | 'reflection';
  /** Mirrors at the centres of the border pixels rather than at their edges. */
  readonly alignCorners: boolean;
}

/** Where to sample, in pixels: 0 is the centre of the first pixel. */
export interface Positions {
  /** [N, h, w] each. */
  readonly x: Tensor;
  readonly y: Tensor;
}

/**
 * Samples images [N, H, W, C] at positions [N, h, w] each: [N, h, w, C], as `torch.nn.functional.grid_sample` does once its grid is
 * in pixels. Differentiable in the image to any order, and in the positions with `bilinear`.
 */
export function sampleImage(image: Tensor, at: Positions, sampling: Sampling): Tensor {
  const [, h, w] = image.shape as [number, number, number, number];
  const x = withinImage(at.x, w, sampling);
  const y = withinImage(at.y, h, sampling);
  if (sampling.mode === 'nearest') return pick(image, tf.round(stopGradient(x)), tf.round(stopGradient(y)), undefined);
  const [x0, y0] = [tf.floor(stopGradient(x)), tf.floor(stopGradient(y))];
  const [right, below] = [tf.sub(x, x0), tf.sub(y, y0)];
  const [left, above] = [tf.sub(1, right), tf.sub(1, below)];
  const [x1, y1] = [tf.add(x0, 1), tf.add(y0, 1)];
  return tf.addN([
    pick(image, x0, y0, tf.mul(left, above)),
    pick(image, x1, y0, tf.mul(right, above)),
    pick(image, x0, y1, tf.mul(left, below)),
    pick(image, x1, y1, tf.mul(right, below)),
  ]);
}

/** Pixels at whole positions, times `weight` [N, h, w]; 0 outside the image. */
function pick(image: Tensor, x: Tensor, y: Tensor, weight: Tensor | undefined): Tensor {
  const [n, h, w, c] = image.shape as [number, number, number, number];
  const column = tf.cast(tf.clipByValue(x, 0, w - 1), 'int32');
  const row = tf.cast(tf.clipByValue(y, 0, h - 1), 'int32');
  const starts = tf.tensor3d(Array.from({ length: n }, (_, i) => i * h * w), [n, 1, 1], 'int32');
  const ids = tf.add(tf.add(tf.mul(row, tf.scalar(w, 'int32')), column), starts);
  const pixels = takeRows(tf.reshape(image, [n * h * w, c]), tf.reshape(ids, [ids.size]));
  const inside = tf.mul(insideMask(x, w), insideMask(y, h));
  const factor = weight === undefined ? inside : tf.mul(weight, inside);
  return tf.mul(tf.reshape(pixels, [...x.shape, c]), tf.reshape(factor, [...x.shape, 1]));
}

const insideMask = (v: Tensor, size: number): Tensor =>
  tf.cast(tf.logicalAnd(tf.greaterEqual(v, 0), tf.lessEqual(v, size - 1)), 'float32');

function withinImage(v: Tensor, size: number, { padding, alignCorners }: Sampling): Tensor {
  if (padding === 'zeros') return v;
  return clip(padding === 'border' ? v : mirror(v, size, alignCorners), size - 1);
}

/** Into [0, most]; as in PyTorch no gradient reaches a position at or beyond the border. */
function clip(v: Tensor, most: number): Tensor {
  const fixed = stopGradient(v);
  const inside = tf.cast(tf.logicalAnd(tf.greater(fixed, 0), tf.less(fixed, most)), 'float32');
  return tf.add(tf.mul(v, inside), tf.mul(tf.clipByValue(fixed, 0, most), tf.sub(1, inside)));
}

/** Folds positions back and forth between two mirrors, at the border pixels' centres or half a pixel outside. */
function mirror(v: Tensor, size: number, alignCorners: boolean): Tensor {
  const low = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size - 1 : size;
  if (span === 0) return tf.mul(v, 0);
  const distance = tf.abs(tf.sub(v, low));
  const flips = tf.floor(tf.div(stopGradient(distance), span));
  const odd = tf.sub(flips, tf.mul(2, tf.floor(tf.div(flips, 2))));
  const rest = tf.sub(distance, tf.mul(flips, span));
  return tf.add(tf.add(low, tf.mul(rest, tf.sub(1, tf.mul(2, odd)))), tf.mul(odd, span));
}
