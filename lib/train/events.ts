import type { StepOutcome } from '../compile/step/step-engine.ts';

/** What a run tells while it trains; console, tracker and report consume the same stream. */
export type TrainEvent =
  | { readonly type: 'started'; readonly step: number; readonly steps: number; readonly resumed: boolean }
  | { readonly type: 'step'; readonly step: number; readonly outcome: StepOutcome; readonly seconds: number; readonly waitSeconds: number }
  | { readonly type: 'checkpoint'; readonly step: number; readonly file: string }
  | { readonly type: 'interrupted'; readonly step: number }
  /** At `until`, before the end of training. */
  | { readonly type: 'paused'; readonly step: number }
  | { readonly type: 'trained'; readonly step: number };
