import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { spread } from './reduce.ts';
import { stopGradient } from './stop-gradient.ts';

/** `a` where `condition` holds, else `b`; equal ranks with explicit 1s, or scalars. No gradient reaches the condition. */
export function select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  // tf.where gives gradients of the wrong shape where it repeats an axis, so axes are repeated first.
  const shape = [condition, a, b].reduce<number[]>((out, t) => tf.broadcast_util.assertAndGetBroadcastShape(out, t.shape), []);
  const full = (t: Tensor): Tensor => spread(t.rank === shape.length ? t : tf.reshape(t, shape.map(() => 1)), shape);
  const chosen = condition.dtype === 'bool' && condition.rank === shape.length && condition.shape.every((n, i) => n === shape[i])
    ? condition
    : tf.cast(full(tf.cast(condition, 'float32')), 'bool');
  return tf.where(stopGradient(chosen), full(a), full(b));
}

/** The greater of two tensors, pointwise; `a` has the gradient of a tie. Twice differentiable, unlike tfjs's. */
export function maximum(a: Tensor, b: Tensor): Tensor {
  return select(tf.greaterEqual(stopGradient(a), stopGradient(b)), a, b);
}

/** The lesser of two tensors, pointwise; `a` has the gradient of a tie. Twice differentiable, unlike tfjs's. */
export function minimum(a: Tensor, b: Tensor): Tensor {
  return select(tf.lessEqual(stopGradient(a), stopGradient(b)), a, b);
}

/** `x` held within [low, high]; the gradient passes at the bounds, as PyTorch's clamp. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  const fixed = stopGradient(x);
  const inside = tf.logicalAnd(tf.greaterEqual(fixed, low), tf.lessEqual(fixed, high));
  return tf.where(inside, x, tf.clipByValue(fixed, low, high));
}
