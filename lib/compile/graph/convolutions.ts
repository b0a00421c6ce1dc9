import type { NativeBackend } from '../../engine/native-binding.ts';
import { tf } from '../../engine/tf.ts';
import type { Experiment } from '../../ir/experiment.ts';
import type { Convolutions } from './graph.ts';

/**
 * How a graph of this precision writes convolutions on the loaded native engine: on a processor in float32 the fastest way; a GPU's library chooses
 * for itself, and in bfloat16 Winograd's form would lose digits that are not there.
 */
export function convolutionsFor(precision: Experiment['precision']): Convolutions {
  const native = tf.findBackend('tensorflow') as NativeBackend | null;
  return precision === 'float32' && native?.isGPUPackage === false ? 'winograd' : 'direct';
}
