import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { AttributeSchema } from '../../registry/attributes.ts';
import type { BuildContext, WeightSpec } from '../../registry/op.ts';
import { multiplyDims, type Dim } from '../../shape/dim.ts';
import { sumKeeping } from '../kernels/reduce.ts';
import { stopGradient } from '../kernels/stop-gradient.ts';

export const spectralAttribute = {
  type: 'boolean',
  default: false,
  description:
    'Divides the kernel by its largest singular value (Miyato et al. 2018). The buffer `left` holds the output-side vector of the power '
    + 'iteration: one iteration per call, stored once per phase that updates the model. As PyTorch\'s `spectral_norm`, except that a model '
    + 'with stored statistics iterates too (without storing), so that a model that was never trained is normalised as well.',
} as const satisfies AttributeSchema;

/** The buffer of the power iteration for a kernel with `outputs` on its last axis. */
export function spectralWeights(outputs: Dim): Readonly<Record<string, WeightSpec>> {
  return { left: { shape: [multiplyDims(outputs, 1)], init: { normal: 1 }, trainable: false, statistic: { momentum: 1 } } };
}

/** `kernel` over its largest singular value, by one power iteration from `left`; gradients do not flow through the vectors. */
export function spectrallyNormalized(kernel: Tensor, left: Tensor, context: BuildContext): Tensor {
  const outputs = kernel.shape[kernel.shape.length - 1];
  const matrix = tf.reshape(kernel, [-1, outputs]);
  const [u, v] = powerIteration(matrix, left);
  if (context.statistics === 'batch') context.recordStatistic('left', tf.reshape(u, [outputs]));
  const sigma = tf.matMul(tf.matMul(v, matrix, true), u);
  return tf.div(kernel, tf.reshape(sigma, []));
}

function powerIteration(matrix: Tensor, left: Tensor): readonly [u: Tensor, v: Tensor] {
  const fixed = stopGradient(matrix);
  const v = unit(tf.matMul(fixed, tf.reshape(left, [-1, 1])));
  return [unit(tf.matMul(fixed, v, true)), v];
}

/** The column vector `x` over its length, as torch.nn.functional.normalize with eps 1e-12. */
function unit(x: Tensor): Tensor {
  return tf.div(x, tf.maximum(tf.sqrt(sumKeeping(tf.square(x), [0, 1])), 1e-12));
}
