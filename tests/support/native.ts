import { loadEngine } from '../../lib/engine/engine.ts';

/** Loads the native CPU engine into the shared tfjs-core; for `before(nativeEngine)`. */
export async function nativeEngine(): Promise<void> {
  await loadEngine({ engine: 'native-cpu' });
}
