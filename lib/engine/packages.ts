import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The npm packages that hold TensorFlow's bindings for Node. */
export const NATIVE_PACKAGES = { 'native-gpu': '@tensorflow/tfjs-node-gpu', 'native-cpu': '@tensorflow/tfjs-node' } as const;

/** The name of an engine built on TensorFlow's C library. */
export type NativeEngineName = keyof typeof NATIVE_PACKAGES;

/** The TensorFlow that set-up installs; another one works on its own responsibility. */
export const PINNED_TENSORFLOW = '2.21.0';

/** The folder of this package (a checkout, or below somebody's node_modules), from the sources and from `dist` alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** The folder of the npm package behind an engine, or undefined where npm left it out. */
export function engineFolder(engine: NativeEngineName | 'wasm'): string | undefined {
  return installedFolder(engine === 'wasm' ? '@tensorflow/tfjs-backend-wasm' : NATIVE_PACKAGES[engine]);
}

/** Whether a native engine was built: its binding lies where the package's loader looks. */
export function isBuilt(engine: NativeEngineName): boolean {
  const folder = engineFolder(engine);
  return folder !== undefined && existsSync(join(folder, 'lib/napi-v8/tfjs_binding.node'));
}

/** The folder of an npm package that Node would find from here, or undefined. */
export function installedFolder(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
