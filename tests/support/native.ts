import { createRequire } from 'node:module';

/** Loads the native CPU engine into the shared tfjs-core; for `before(nativeEngine)`. */
export function nativeEngine(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  createRequire(import.meta.url)('@tensorflow/tfjs-node');
}
