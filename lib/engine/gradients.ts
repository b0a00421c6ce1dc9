import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installedFolder } from './packages.ts';
import { tf } from './tf.ts';

/**
 * Registers tfjs's gradients of all standard kernels; true where they are there afterwards. tfjs-core's own build for Node has none:
 * `@tensorflow/tfjs` registers them as it loads, which tfjs-node does by itself and the wasm engine does not.
 */
export function registerGradients(): boolean {
  if (tf.getGradient('Conv2D') !== undefined) return true;
  const folder = installedFolder('@tensorflow/tfjs');
  if (folder !== undefined) createRequire(join(folder, 'package.json'))(folder);
  return tf.getGradient('Conv2D') !== undefined;
}
