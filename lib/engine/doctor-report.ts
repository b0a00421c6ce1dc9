import type { EngineName } from './contract.ts';

/** One thing that was looked at; `next` says what to do about a warning or a lack. */
export interface DoctorCheck {
  readonly name: string;
  /** `warning`: works, but less well or not for everything; `missing`: something this library needs is not there. */
  readonly status: 'ok' | 'warning' | 'missing';
  readonly detail: string;
  readonly next?: string;
}

/** What works on this machine; plain data. */
export interface DoctorReport {
  readonly version: string;
  readonly checks: readonly DoctorCheck[];
  /** The engine that `auto` takes. */
  readonly engine: EngineName | null;
  readonly cpuFeatures: readonly string[];
  readonly gpus: readonly string[];
  /** False where something is missing. */
  readonly healthy: boolean;
}
