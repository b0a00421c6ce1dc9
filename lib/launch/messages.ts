import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { EngineChoice } from '../engine/contract.ts';
import type { TrainEvent } from '../train/events.ts';
import type { RunRecord } from './run-files.ts';

/** What a run's process is told when it starts. */
export interface RunOrder {
  readonly studyDir: string;
  readonly study: string;
  readonly variant: string;
  readonly seed: number;
  /** The rung at which it pauses; left out: it trains to its end. */
  readonly until?: number;
  readonly engine: EngineChoice;
  readonly threads?: number;
  readonly plugins: readonly string[];
  /** Train op by op instead of by one compiled graph. */
  readonly eager?: boolean;
  /** Bytes that values computed once per sample may take; left out: none are. */
  readonly hoistLimit?: number;
  /** Steps at which TensorFlow failed in an earlier process of this run: failing there again fails the run. */
  readonly restarted: readonly number[];
}

/** What the process of a run ends with where TensorFlow failed and another process should go on from the last checkpoint. */
export const RESTART_CODE = 75;

/** What it tells its parent. */
export type RunMessage =
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'event'; readonly event: TrainEvent }
  | { readonly type: 'restart'; readonly step: number; readonly message: string }
  | { readonly type: 'ended'; readonly record: RunRecord }
  | { readonly type: 'failed'; readonly message: string; readonly diagnostics: readonly Diagnostic[] };
