import type { NativeBinding } from './native-binding.ts';
import type { tf } from './tf.ts';

/** The engines, best first. */
export const ENGINE_NAMES = ['native-gpu', 'native-cpu', 'wasm'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

/** What a caller may ask for: one engine, or the best one that works. */
export type EngineChoice = EngineName | 'auto';

/** What results depend on down to their last bits; part of a run's identity. */
export interface EngineIdentity {
  /** Null on the wasm engine. */
  readonly tensorflowVersion: string | null;
  readonly threads: number;
  readonly cpuFeatures: readonly string[];
  /** The GPUs that compute, or null where the CPU does. */
  readonly gpu: string | null;
}

/** A loaded engine; there is one per process, and `tf` computes on it. */
export interface Engine {
  readonly name: EngineName;
  readonly tf: typeof tf;
  readonly identity: EngineIdentity;
  /** TensorFlow's binding, on native engines only. */
  readonly binding?: NativeBinding;
  /** Lines the user should see once: every fall back, and what would work better. */
  readonly notices: readonly string[];
}
