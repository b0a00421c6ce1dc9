import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { linearMap, type TensorMap } from './linear.ts';
import { resampleMatrix, stepOf, type Resampling } from './resample.ts';
import { separable, separableAdjoint, type AxisMatrix } from './separable.ts';

/**
 * Resizes images [N, H, W, C] to [N, outH, outW, C] as `torch.nn.functional.interpolate` does; differentiable any number of times.
 * The engine's own gradients are not used: its bilinear one ignores half-pixel centres and cannot be differentiated again.
 */
export function interpolate(x: Tensor, [outH, outW]: readonly [number, number], r: Resampling): Tensor {
  const [, h, w] = x.shape;
  if (h === outH && w === outW && (!r.antialias || stepOf(h, outH, r) === 1)) return tf.clone(x);
  const rows = axis(h, outH, r);
  const columns = axis(w, outW, r);
  const native = nativeForward(h, w, outH, outW, r);
  if (native === undefined) return separable(rows(), columns())(x);
  const factor = wholeFactor(h, w, outH, outW);
  const adjoint = factor === undefined ? undefined : fastAdjoint(factor, r);
  return linearMap(native, adjoint ?? separableAdjoint(rows(), columns()))(x);
}

const axis = (size: number, out: number, r: Resampling) => (): AxisMatrix => ({ values: resampleMatrix(size, out, r), out, in: size });

/** The engine's kernel, where it samples at PyTorch's positions. */
function nativeForward(h: number, w: number, outH: number, outW: number, r: Resampling): TensorMap | undefined {
  const exact = stepOf(h, outH, r) === stepOf(h, outH, { ...r, factor: undefined }) && stepOf(w, outW, r) === stepOf(w, outW, { ...r, factor: undefined });
  if (!exact || r.antialias || r.method === 'bicubic') return undefined;
  if (r.method === 'nearest') return (x) => tf.image.resizeNearestNeighbor(x as Tensor4D, [outH, outW]);
  return (x) => tf.image.resizeBilinear(x as Tensor4D, [outH, outW], r.alignCorners, !r.alignCorners);
}

function wholeFactor(h: number, w: number, outH: number, outW: number): number | undefined {
  const factor = outH / h;
  return Number.isInteger(factor) && outW / w === factor ? factor : undefined;
}

/** Adjoints of enlarging by a whole factor: a sum over blocks, or a triangle filter with that stride. */
function fastAdjoint(factor: number, r: Resampling): TensorMap | undefined {
  if (r.method === 'nearest') return (dy) => tf.mul(tf.avgPool(dy as Tensor4D, factor, factor, 'valid'), factor * factor);
  return r.alignCorners ? undefined : (dy) => triangleFilter(dy as Tensor4D, factor);
}

/** Convolves each channel with a triangle of half-width `factor`, at that stride. */
function triangleFilter(dy: Tensor4D, factor: number): Tensor {
  const [, h, w, c] = dy.shape;
  const size = factor % 2 === 0 ? 2 * factor : 2 * factor - 1;
  const profile = Array.from({ length: size }, (_, k) => 1 - Math.abs((k - (size - 1) / 2) / factor));
  const kernel = tf.tensor4d(Float32Array.from({ length: size * size * c }, (_, i) => outer(profile, Math.floor(i / c))), [size, size, c, 1]);
  const gains = tf.mul(tf.tensor4d(borderGain(h, factor), [1, h, 1, 1]), tf.tensor4d(borderGain(w, factor), [1, 1, w, 1]));
  return tf.depthwiseConv2d(tf.mul<Tensor4D>(dy, gains), kernel, factor, 'same');
}

const outer = (profile: readonly number[], i: number): number => profile[Math.floor(i / profile.length)] * profile[i % profile.length];

/** Outputs near a border take from one pixel what would have come from two: this gain makes up for the one that is missing. */
function borderGain(out: number, factor: number): number[] {
  const outside = (i: number): number => Math.max(0, 0.5 - (i + 0.5) / factor);
  return Array.from({ length: out }, (_, i) => 1 / (1 - outside(i) - outside(out - 1 - i)));
}
