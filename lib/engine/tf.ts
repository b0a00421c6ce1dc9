import { createRequire } from 'node:module';
import type * as core from '@tensorflow/tfjs-core';

/**
 * The one instance of tfjs-core that this library, tfjs-node and the wasm back end share.
 *
 * tfjs-node is CommonJS, so this is the CommonJS build too: a bundler or loader that preferred the package's `module` field for
 * `import` would make a second instance, whose tensors the engine does not know. Types: `import type { Tensor } from '@tensorflow/tfjs-core'`.
 * It has kernels and gradients only once `loadEngine` (engine.ts) has run. It is loaded at its first use: checking files needs none of it.
 */
export const tf: typeof core = lazily(() => createRequire(import.meta.url)('@tensorflow/tfjs-core') as typeof core);

/** An object that stands for another one, which is loaded when it is first looked into. */
function lazily<T extends object>(load: () => T): T {
  let loaded: T | undefined;
  const target = (): T => (loaded ??= load());
  return new Proxy({} as T, {
    get: (_none, key) => Reflect.get(target(), key) as unknown,
    has: (_none, key) => Reflect.has(target(), key),
    ownKeys: () => Reflect.ownKeys(target()),
    getOwnPropertyDescriptor: (_none, key) => {
      const found = Reflect.getOwnPropertyDescriptor(target(), key);
      // What a proxy shows of another object must be configurable.
      return found && { ...found, configurable: true };
    },
  });
}
