import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { linearMap, type TensorMap } from './linear.ts';

/** A row-major [out, in] matrix that acts on one axis of an image. */
export interface AxisMatrix {
  readonly values: Float32Array;
  readonly out: number;
  readonly in: number;
}

/**
 * Applies one constant matrix to the height and one to the width of images [N, H, W, C]; differentiable any number of times.
 * Dense products: the right tool for maps whose windows vary from pixel to pixel, and fast at the sizes images have.
 */
export function separable(rows: AxisMatrix, columns: AxisMatrix): TensorMap {
  return linearMap((x) => applyBoth(x, rows, columns, false), (dy) => applyBoth(dy, rows, columns, true));
}

/** The adjoint alone, for maps whose forward pass has a faster kernel. */
export function separableAdjoint(rows: AxisMatrix, columns: AxisMatrix): TensorMap {
  return (dy) => applyBoth(dy, rows, columns, true);
}

function applyBoth(x: Tensor, rows: AxisMatrix, columns: AxisMatrix, transposed: boolean): Tensor {
  const [n, h, w, c] = x.shape;
  const [outH, outW] = transposed ? [rows.in, columns.in] : [rows.out, columns.out];
  const tall = tf.matMul(constant(rows), tf.reshape(x, [n, h, w * c]), transposed);
  const wide = tf.matMul(constant(columns), tf.reshape(tall, [n * outH, w, c]), transposed);
  return tf.reshape(wide, [n, outH, outW, c]);
}

const constant = (m: AxisMatrix): Tensor => tf.tensor2d(m.values, [m.out, m.in]);
