import type { NativeBackend } from './native-binding.ts';
import { tf } from './tf.ts';

/** Whether the native engine that is loaded computes on the processor, not on a GPU, whose library chooses its own algorithms. */
export function computesOnProcessor(): boolean {
  return (tf.findBackend('tensorflow') as NativeBackend | null)?.isGPUPackage === false;
}
