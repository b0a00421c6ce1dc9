import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { convolve } from '../kernels/convolution.ts';
import type { Sides } from '../kernels/mirror-pad.ts';

export interface ConvolutionOptions {
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
  /** Zeros around the input. */
  readonly zeros: Sides;
}

/**
 * Convolution with stride, dilation and groups; `kernel` is [kh, kw, C / groups, out]. TensorFlow's CPU kernels have gradients for
 * neither groups nor dilation, so groups are split and dilated windows become dense ones on interleaved sub-images.
 */
export function groupedConvolution(x: Tensor, kernel: Tensor, options: ConvolutionOptions): Tensor {
  const { groups } = options;
  if (groups === 1) return dilatedConvolution(x, kernel, options);
  const [kh, kw, perGroup, out] = kernel.shape;
  if (perGroup === 1 && undilated(options)) {
    // [kh, kw, 1, C * m] is the depthwise kernel [kh, kw, C, m] in the same order.
    return convolve('depthwise', x, tf.reshape(kernel, [kh, kw, groups, out / groups]), options.strides, options.zeros);
  }
  const xs = tf.split(x, groups, 3);
  const kernels = tf.split(kernel, groups, 3);
  return tf.concat(xs.map((part, i) => dilatedConvolution(part, kernels[i], options)), 3);
}

function undilated({ dilation: [dh, dw] }: ConvolutionOptions): boolean {
  return dh === 1 && dw === 1;
}

function dilatedConvolution(x: Tensor, kernel: Tensor, options: ConvolutionOptions): Tensor {
  const { strides, zeros, dilation } = options;
  if (undilated(options)) return convolve('full', x, kernel, strides, zeros);
  const [top, bottom, left, right] = zeros;
  // Sub-images need sizes that the dilation divides; what is added for that is cropped from the result.
  const [, h, w] = x.shape as number[];
  const rows = missing(top + h + bottom, dilation[0]);
  const columns = missing(left + w + right, dilation[1]);
  const blocks = tf.spaceToBatchND(x, [...dilation], [[top, bottom + rows], [left, right + columns]]);
  const dense = convolve('full', blocks, kernel, [1, 1], [0, 0, 0, 0]);
  return subsample(tf.batchToSpaceND(dense, [...dilation], [[0, rows], [0, columns]]), strides);
}

/** What brings `size` to a multiple of `step`. */
const missing = (size: number, step: number): number => (step - (size % step)) % step;

/** Every `strides`-th pixel, from the first. */
function subsample(x: Tensor, [sh, sw]: readonly [number, number]): Tensor {
  if (sh === 1 && sw === 1) return x;
  const [n, h, w, c] = x.shape;
  const rows = Math.ceil(h / sh);
  const columns = Math.ceil(w / sw);
  const whole = tf.pad(x as Tensor4D, [[0, 0], [0, rows * sh - h], [0, columns * sw - w], [0, 0]]);
  const picked = tf.slice(tf.reshape(whole, [n, rows, sh, columns, sw, c]), [0, 0, 0, 0, 0, 0], [n, rows, 1, columns, 1, c]);
  return tf.reshape(picked, [n, rows, columns, c]);
}
