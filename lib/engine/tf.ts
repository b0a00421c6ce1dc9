import { createRequire } from 'node:module';
import type * as core from '@tensorflow/tfjs-core';

/**
 * The one instance of tfjs-core that this library, tfjs-node and the wasm back end share.
 *
 * tfjs-node is CommonJS, so this is the CommonJS build too: a bundler or loader that preferred the package's `module` field for
 * `import` would make a second instance, whose tensors the engine does not know. Types: `import type { Tensor } from '@tensorflow/tfjs-core'`.
 * It has kernels and gradients only once `loadEngine` (engine.ts) has run.
 */
export const tf = createRequire(import.meta.url)('@tensorflow/tfjs-core') as typeof core;
