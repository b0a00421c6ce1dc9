import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';

export type TensorMap = (x: Tensor) => Tensor;

/**
 * A linear map with its adjoint as gradient, whose gradient is the map again: differentiable any number of times, whatever
 * gradients the engine has for the operations inside. Both functions may close over shapes and constants, not over other tensors.
 */
export function linearMap(forward: TensorMap, adjoint: TensorMap): TensorMap {
  const run = tf.customGrad((x) => ({ value: forward(x as Tensor), gradFunc: (dy: Tensor) => [linearMap(adjoint, forward)(dy)] }));
  return (x) => run(x);
}
