import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { sumKeeping } from './reduce.ts';
import { stopGradient } from './stop-gradient.ts';

/** Largest (or smallest) value over `axes`, which stay as ones; entries that tie share the gradient, as in `torch.amax`. */
export function extreme(x: Tensor, axes: readonly number[], which: 'max' | 'min'): Tensor {
  const run = tf.customGrad((input, save) => {
    const t = input as Tensor;
    const y = which === 'max' ? tf.max(t, [...axes], true) : tf.min(t, [...axes], true);
    (save as (tensors: Tensor[]) => void)([t, y]);
    return { value: y, gradFunc: (dy: Tensor, [saved, best]: Tensor[]) => [tf.mul(dy, shares(saved, best, axes))] };
  });
  return run(x);
}

/** One over the number of ties where an entry is the extreme, else 0. */
function shares(x: Tensor, best: Tensor, axes: readonly number[]): Tensor {
  const hit = tf.cast(tf.equal(stopGradient(x), stopGradient(best)), 'float32');
  return tf.div(hit, sumKeeping(hit, axes));
}
