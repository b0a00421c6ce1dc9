import type { StepEngine } from '../compile/step/step-engine.ts';
import type { HoistOptions } from '../plan/hoist/plan.ts';
import type { LookUp } from './look-up.ts';

/** Where kept values are, and how much they may take. */
export interface HoistSettings {
  /** The cache folder; values are below `hoisted`. */
  readonly cache: string;
  /** Bytes for the values of one experiment; the folder holds four times as much, of several. Default 2 GiB. */
  readonly limit?: number;
  readonly readCost?: HoistOptions['readCost'];
  /** Seconds since 1970: what was used longest ago makes room first. */
  readonly now: number;
}

/** What a step hoists, as data that can go to another thread. */
export interface Hoisted {
  /** Which values: part of a run's identity. */
  readonly identity: string;
  /** What batches have to be completed with. */
  readonly request: LookUp;
  /** For the user. */
  readonly notices: readonly string[];
}

/** How many rows a run took from the cache, and for how many samples it computed what was not there. */
export interface HoistCounts {
  readonly read: number;
  readonly computed: number;
}

/** A step that can take what depends on one sample and frozen weights alone from its batches. */
export interface HoistableStep extends StepEngine {
  /** Chooses what to hoist for a data set of so many training samples; undefined where nothing pays. To be called before anything else. */
  hoist(samples: number | undefined, settings: HoistSettings): Promise<Hoisted | undefined>;
  hoisted(): Promise<HoistCounts>;
}
