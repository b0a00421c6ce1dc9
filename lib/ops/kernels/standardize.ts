import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, hasNative, isRecording, type Kernel } from './kernel.ts';
import { meanKeeping, sumKeeping } from './reduce.ts';

interface Moments {
  readonly axes: readonly number[];
  readonly epsilon: number;
}

/** (x - mean) / sqrt(variance + epsilon) over `axes`, with the biased variance; differentiable to any order. */
export function standardize(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const attributes = { axes: [...axes], epsilon };
  if (isRecording()) return callKernel<Moments, Tensor[]>(standardizeKernel, { x }, attributes)[0];
  return composed(x, attributes)[0];
}

function composed(x: Tensor, { axes, epsilon }: Moments): [y: Tensor, scale: Tensor] {
  const centred = tf.sub(x, meanKeeping(x, axes));
  const scale = tf.rsqrt(tf.add(meanKeeping(tf.square(centred), axes), epsilon));
  return [tf.mul(centred, scale), scale];
}

const standardizeKernel: Kernel<Moments> = {
  name: 'SwapgraphStandardize',
  native: (_run, { x }, a) => composed(x, a),
  portable: ({ x }, a) => composed(x, a),
  saveInputs: ['x'],
  saveOutputs: [true, true],
  gradient: (dy, [x, y, scale], a) => ({
    x: () => {
      const [d] = dy as Tensor[];
      // For a higher order y and scale must be functions of x again.
      return isRecording() ? standardizeGradient(d, ...composed(x, a), a.axes) : standardizeGradient(d, y, scale, a.axes);
    },
  }),
};

/** dx = scale (dy - mean(dy) - y mean(dy y)). */
function standardizeGradient(dy: Tensor, y: Tensor, scale: Tensor, axes: readonly number[]): Tensor {
  const projected = tf.mul(y, meanKeeping(tf.mul(dy, y), axes));
  return tf.mul(tf.sub(tf.sub(dy, meanKeeping(dy, axes)), projected), scale);
}

interface Epsilon {
  readonly epsilon: number;
}

export interface BatchNormalized {
  readonly y: Tensor;
  /** [C] */
  readonly mean: Tensor;
  /** [C]; divided by n - 1, as PyTorch's running variance. */
  readonly variance: Tensor;
}

/** Batch normalisation of an image [N, H, W, C] by its own moments, then `scale` [C] and `offset` [C]; differentiable twice. */
export function batchNormalize(x: Tensor, scale: Tensor, offset: Tensor, epsilon: number): BatchNormalized {
  const [y, mean, variance] = callKernel<Epsilon, Tensor[]>(batchNormKernel, { x, scale, offset }, { epsilon });
  return { y, mean, variance };
}

const BATCH_AXES = [0, 1, 2];

function fusedAttributes({ epsilon }: Epsilon) {
  return {
    ...FLOAT, U: { type: 'float32' }, epsilon: { float: epsilon }, data_format: { text: 'NHWC' }, is_training: { flag: true },
  } as const;
}

// Outputs: y, mean, unbiased variance, and what the native gradient wants back (mean, biased variance, GPU scratch).
const batchNormKernel: Kernel<Epsilon> = {
  name: 'SwapgraphBatchNorm',
  native: (run, { x, scale, offset }, a) => {
    const none = tf.zeros([0]);
    return run.many('FusedBatchNormV3', { ...fusedAttributes(a), exponential_avg_factor: { float: 1 } }, [x, scale, offset, none, none], 6);
  },
  portable: ({ x, scale, offset }, { epsilon }) => {
    const mean = meanKeeping(x, BATCH_AXES);
    const variance = meanKeeping(tf.square(tf.sub(x, mean)), BATCH_AXES);
    const y = tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), scale), offset);
    const [m, v] = [tf.reshape(mean, [-1]), tf.reshape(variance, [-1])];
    const n = x.size / m.size;
    return [y, m, tf.mul(v, n / (n - 1)), tf.clone(m), tf.clone(v), tf.zeros([0])];
  },
  saveInputs: ['x', 'scale'],
  saveOutputs: [false, false, false, true, true, true],
  gradient: (dys, [x, scale, mean, variance, scratch], a) => {
    const [dy] = dys as Tensor[];
    if (isRecording() || !hasNative()) return composedGradient(dy, x, scale, a);
    const [dx, dScale, dOffset] = callKernel<Epsilon, Tensor[]>(batchNormGradientKernel, { dy, x, scale, mean, variance, scratch }, a);
    return { x: () => dx, scale: () => dScale, offset: () => dOffset };
  },
};

const batchNormGradientKernel: Kernel<Epsilon> = {
  name: 'SwapgraphBatchNormGradient',
  native: (run, { dy, x, scale, mean, variance, scratch }, a) =>
    run.many('FusedBatchNormGradV3', fusedAttributes(a), [dy, x, scale, mean, variance, scratch], 5).slice(0, 3),
  portable: () => { throw new Error('the portable gradient of batch normalisation is composed'); },
  gradient: () => ({}),
};

function composedGradient(dy: Tensor, x: Tensor, scale: Tensor, { epsilon }: Epsilon): Readonly<Record<string, () => Tensor>> {
  const [y, inverse] = composed(x, { axes: BATCH_AXES, epsilon });
  return {
    x: () => standardizeGradient(tf.mul(dy, scale), y, inverse, BATCH_AXES),
    scale: () => tf.reshape(sumKeeping(tf.mul(dy, y), BATCH_AXES), [-1]),
    offset: () => tf.reshape(sumKeeping(dy, BATCH_AXES), [-1]),
  };
}
