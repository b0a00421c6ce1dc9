import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { ShapeError } from '../../registry/op.ts';
import type { Shape } from '../../shape/shape.ts';
import { commonShape } from './shapes.ts';

/** The shape of pointwise work on two or more tensors: equal shapes, or explicit ones. */
export function combinedShape(inputs: readonly Shape[]): Shape {
  if (inputs.length < 2) throw new ShapeError('two or more inputs', `${inputs.length}`);
  return commonShape(inputs);
}

/** Folds tensors from the left. */
export function combine(inputs: readonly Tensor[], by: (a: Tensor, b: Tensor) => Tensor): Tensor {
  return inputs.length === 1 ? tf.clone(inputs[0]) : inputs.reduce(by);
}
