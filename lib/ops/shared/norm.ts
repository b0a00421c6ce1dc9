import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { AttributeSchema } from '../../registry/attributes.ts';
import { ShapeError, type BuildContext, type WeightSpec } from '../../registry/op.ts';
import { dimText, isConcrete, type Dim } from '../../shape/dim.ts';
import { addBias } from '../kernels/bias.ts';
import { batchNormalize, instanceNormalize } from '../kernels/batch-norm.ts';
import { standardize } from '../kernels/standardize.ts';

export const epsilonAttribute = {
  type: 'number', exclusiveMinimum: 0, default: 1e-5, description: 'Added to the variance.',
} as const satisfies AttributeSchema;

export const momentumAttribute = {
  type: 'number', minimum: 0, maximum: 1, default: 0.1, description: 'How far the running statistics move towards the batch\'s moments.',
} as const satisfies AttributeSchema;

type Weights = Readonly<Record<string, Tensor>>;

/** A learned scale (1 at first) and offset (0 at first) for each of `c` channels; nothing when not `affine`. */
export function affineWeights(affine: boolean, c: Dim): Readonly<Record<string, WeightSpec>> {
  return affine ? { scale: { shape: [c], init: 'ones' }, offset: { shape: [c], init: 'zeros' } } : {};
}

/** The running mean and variance of `c` channels. */
export function runningStatistics(momentum: number, c: Dim): Readonly<Record<string, WeightSpec>> {
  const buffer = { shape: [c], trainable: false, statistic: { momentum } } as const;
  return { mean: { ...buffer, init: 'zeros' }, variance: { ...buffer, init: 'ones' } };
}

/** `x` times `scale` [C] plus `offset` [C]; `x` itself where there are no such weights. */
export function applyAffine(x: Tensor, { scale, offset }: Weights): Tensor {
  return scale === undefined ? x : addBias(tf.mul(x, scale), offset);
}

/** Batch normalisation over all axes but the last: by the batch's moments, which it reports, or by the stored ones. */
export function batchNorm(x: Tensor, weights: Weights, epsilon: number, context: BuildContext): Tensor {
  if (context.statistics === 'stored') return storedNorm(x, weights, epsilon);
  const c = x.shape[x.rank - 1];
  const image = tf.reshape(x, x.rank === 4 ? x.shape : [-1, 1, 1, c]);
  const { y, mean, variance } = batchNormalize(image, ...affineOr(weights, c), epsilon);
  context.recordStatistic('mean', mean);
  context.recordStatistic('variance', variance);
  return tf.reshape(y, x.shape);
}

/** With fixed moments the whole is one scale and one offset per channel: two passes over the image instead of four. */
function storedNorm(x: Tensor, { scale, offset, mean, variance }: Weights, epsilon: number): Tensor {
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const factor = scale === undefined ? inverse : tf.mul(inverse, scale);
  const shift = tf.neg(tf.mul(mean, factor));
  return addBias(tf.mul(x, factor), offset === undefined ? shift : tf.add(offset, shift));
}

// Elements of a sample from which one fused normalisation per sample beats pointwise passes over the batch (measured on two cores).
const FUSED_FROM = 2 ** 18;

/** Normalises each channel of each sample over height and width. */
export function instanceNorm(x: Tensor, weights: Weights, epsilon: number): Tensor {
  if (x.size / x.shape[0] < FUSED_FROM) return applyAffine(standardize(x, { axes: spatialAxes(x), epsilon }), weights);
  const c = x.shape[x.rank - 1];
  const image = tf.reshape(x, x.rank === 4 ? x.shape : [x.shape[0], -1, 1, c]);
  return tf.reshape(instanceNormalize(image, ...affineOr(weights, c), epsilon), x.shape);
}

/** Normalises each of `groups` groups of channels of each sample over height, width and the group. */
export function groupNorm(x: Tensor, weights: Weights, groups: number, epsilon: number): Tensor {
  const axes = spatialAxes(x);
  const moments = groups === 1 ? { axes: [...axes, x.rank - 1], epsilon } : { axes, epsilon, groups };
  return applyAffine(standardize(x, moments), weights);
}

/** Throws unless `groups` divides the channels. */
export function checkGroups(c: Dim, groups: number): void {
  if (isConcrete(c) && c % groups !== 0) throw new ShapeError(`channels that are a multiple of ${groups} groups`, dimText(c));
}

/** The weights, or ones and zeros where there are none. */
function affineOr({ scale, offset }: Weights, c: number): readonly [scale: Tensor, offset: Tensor] {
  return [scale ?? tf.ones([c]), offset ?? tf.zeros([c])];
}

const spatialAxes = (x: Tensor): number[] => x.shape.slice(1, -1).map((_, i) => i + 1);
