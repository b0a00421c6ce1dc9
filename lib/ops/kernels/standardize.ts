import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, isRecording, type Kernel } from './kernel.ts';
import { meanKeeping, spread } from './reduce.ts';

export interface Moments {
  readonly axes: readonly number[];
  readonly epsilon: number;
  /** Takes moments over groups of neighbouring channels too. */
  readonly groups?: number;
}

/** (x - mean) / sqrt(variance + epsilon) with the biased variance; differentiable to any order. */
export function standardize(x: Tensor, moments: Moments): Tensor {
  return isRecording() ? callKernel<Moments, Tensor[]>(standardizeKernel, { x }, moments)[0] : standardizeComposed(x, moments).y;
}

/** The same from operations that are themselves differentiable, with the factor 1 / sqrt(variance + epsilon). */
export function standardizeComposed(x: Tensor, moments: Moments): { readonly y: Tensor; readonly scale: Tensor } {
  const centred = tf.sub(x, expectation(x, moments));
  const scale = tf.rsqrt(tf.add(expectation(tf.square(centred), moments), moments.epsilon));
  return { y: tf.mul(centred, scale), scale };
}

/** The gradient with respect to the input: scale (dy - E[dy] - y E[dy y]). */
export function standardizeGradient(dy: Tensor, y: Tensor, scale: Tensor, moments: Moments): Tensor {
  const projected = tf.mul(y, expectation(tf.mul(dy, y), moments));
  return tf.mul(tf.sub(tf.sub(dy, expectation(dy, moments)), projected), scale);
}

/** The mean over the axes and the channel groups, ready to meet `x` again. */
function expectation(x: Tensor, { axes, groups }: Moments): Tensor {
  const mean = meanKeeping(x, axes);
  if (groups === undefined) return mean;
  // Channels are averaged last, when little is left, and spread again: a reduction over axes that are not neighbours is slow.
  const lead = mean.shape.slice(0, -1);
  const size = mean.shape[mean.rank - 1] / groups;
  const grouped = meanKeeping(tf.reshape(mean, [...lead, groups, size]), [mean.rank]);
  return tf.reshape(spread(grouped, [...lead, groups, size]), mean.shape);
}

const standardizeKernel: Kernel<Moments> = {
  name: 'SwapgraphStandardize',
  native: (_run, { x }, a) => outputs(x, a),
  portable: ({ x }, a) => outputs(x, a),
  saveInputs: ['x'],
  saveOutputs: [true, true],
  gradient: (dy, [x, y, scale], a) => ({
    x: () => {
      const [d] = dy as Tensor[];
      if (!isRecording()) return standardizeGradient(d, y, scale, a);
      // For a higher order y and scale must be functions of x again.
      const again = standardizeComposed(x, a);
      return standardizeGradient(d, again.y, again.scale, a);
    },
  }),
};

function outputs(x: Tensor, a: Moments): Tensor[] {
  const { y, scale } = standardizeComposed(x, a);
  return [y, scale];
}
