import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { spread } from './reduce.ts';

/** The whole axis `times` times, end to end; with `each`, every entry `times` times before the next. */
export function repeatAxis(x: Tensor, axis: number, times: number, each = false): Tensor {
  const at = each ? axis + 1 : axis;
  const insert = (n: number): number[] => [...x.shape.slice(0, at), n, ...x.shape.slice(at)];
  return tf.reshape(spread(tf.reshape(x, insert(1)), insert(times)), x.shape.map((d, i) => (i === axis ? d * times : d)));
}
