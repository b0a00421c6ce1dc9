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

// Rows first on the way there, columns first on the way back: each is then the exact adjoint of the other.
function applyBoth(x: Tensor, rows: AxisMatrix, columns: AxisMatrix, transposed: boolean): Tensor {
  return transposed
    ? alongHeight(alongWidth(x, columns, true), rows, true)
    : alongWidth(alongHeight(x, rows, false), columns, false);
}

function alongHeight(x: Tensor, m: AxisMatrix, transposed: boolean): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  return tf.reshape(tf.matMul(constant(m), tf.reshape(x, [n, h, w * c]), transposed), [n, transposed ? m.in : m.out, w, c]);
}

function alongWidth(x: Tensor, m: AxisMatrix, transposed: boolean): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  // One product per row is slow where it has few columns (channels): three times, for the three of a photograph.
  if (c < 16) return turned(alongHeight(turned(x), m, transposed));
  return tf.reshape(tf.matMul(constant(m), tf.reshape(x, [n * h, w, c]), transposed), [n, h, transposed ? m.in : m.out, c]);
}

const turned = (x: Tensor): Tensor => tf.transpose(x, [0, 2, 1, 3]);
const constant = (m: AxisMatrix): Tensor => tf.tensor2d(m.values, [m.out, m.in]);
