import type { Batch, TrainState } from '../../compile/step/step-engine.ts';
import type { ThreadReply } from '../../datasets/answering-thread.ts';
import type { EngineIdentity, EngineName } from '../../engine/contract.ts';
import type { HoistSettings } from '../../hoist/hoistable-step.ts';
import type { CrossingError } from './crossing.ts';

/** What the thread of a step says once it is ready. */
export interface OpenedStep {
  readonly engine: { readonly name: EngineName; readonly identity: EngineIdentity };
  /** Lines the user should see once. */
  readonly notices: readonly string[];
}

/** One call of a step engine's method, as data. */
export type StepMethod =
  | { readonly method: 'hoist'; readonly samples: number | undefined; readonly settings: HoistSettings }
  | { readonly method: 'hoisted' }
  | { readonly method: 'prepare'; readonly step: number }
  | { readonly method: 'run'; readonly batch: Batch; readonly step: number }
  | { readonly method: 'weights'; readonly which: 'raw' | 'ema' }
  | { readonly method: 'save' }
  | { readonly method: 'restore'; readonly state: TrainState };

/** To the thread: calls are answered in their order; after `close` the thread ends. */
export type StepOrder = StepMethod | 'close';

/** From the thread. */
export type StepReply = ThreadReply<OpenedStep, CrossingError>;
