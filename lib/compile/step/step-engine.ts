import type { DType } from '../../shape/shape.ts';
import type { Weights } from '../../weights/weights.ts';

/** One batch: step input name -> array. */
export type Batch = Readonly<Record<string, BatchField>>;

export interface BatchField {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** What a step reports. */
export interface StepOutcome {
  /** `generator/tap/masked` -> value of the term, unweighted. */
  readonly terms: Readonly<Record<string, number>>;
  /** Phase -> joint norm of its gradients before clipping. */
  readonly gradientNorms: Readonly<Record<string, number>>;
  readonly learningRates: Readonly<Record<string, number>>;
  /** Phase -> weighted sum of its terms. */
  readonly totals: Readonly<Record<string, number>>;
  /** A line that the user should see. */
  readonly notice?: string;
}

/** Everything that a bit-identical resume needs, as arrays by name. */
export interface TrainState {
  readonly arrays: Weights;
  /** Updates done so far, by phase. */
  readonly updates: Readonly<Record<string, number>>;
}

/** Runs training steps; eager and compiled engines behave alike. */
export interface StepEngine {
  /** Makes ready what a step needs beside its batch, where shapes are known before one is there: `run` is faster after it, and no different. */
  prepare?(step: number): Promise<void>;
  /** @throws NonFiniteError before anything is updated where a term or gradient is not finite. */
  run(batch: Batch, step: number): Promise<StepOutcome>;
  /** Weights for `predict`: moving averages where asked for and kept. */
  weights(which: 'raw' | 'ema'): Promise<Weights>;
  save(): Promise<TrainState>;
  restore(state: TrainState): Promise<void>;
  dispose(): Promise<void>;
}

/** A term or gradient was NaN or infinite; the weights are those of the step before. */
export class NonFiniteError extends Error {
  readonly step: number;
  readonly phase: string;
  readonly terms: readonly string[];
  readonly what: 'value' | 'gradient';

  constructor(step: number, phase: string, terms: readonly string[], what: 'value' | 'gradient') {
    super(`step ${step}: the ${what} of ${terms.map((t) => `"${t}"`).join(' and ')} in phase "${phase}" is not finite; the weights were not updated`);
    this.name = 'NonFiniteError';
    this.step = step;
    this.phase = phase;
    this.terms = terms;
    this.what = what;
  }
}
