import type { Sample } from './dataset.ts';

/** One evaluated swap: the pictures as [0, 1] RGB floats, row by row. */
export interface SwapResult {
  readonly source: Sample;
  readonly target: Sample;
  /** [size * size * 3] in [0, 1]. */
  readonly swap: Float32Array;
  readonly size: number;
}

export interface MetricOutcome {
  /** The reported number: the mean over the swaps that could be measured, or a rate. NaN where nothing could be. */
  readonly value: number;
  /** One number per swap, in order, NaN where the metric's network found nothing. */
  readonly perSwap: readonly number[];
  /** Swaps that could not be measured; they are counted, never dropped in silence. */
  readonly failures: number;
}

export interface MetricDefinition {
  readonly name: string;
  readonly doc: string;
  readonly unit?: string;
  readonly better: 'higher' | 'lower';
  /** The networks and definitions behind the number, for the reference page. */
  readonly source: string;
  readonly measure: (swaps: readonly SwapResult[]) => Promise<MetricOutcome>;
}

export function defineMetric(definition: MetricDefinition): MetricDefinition {
  return Object.freeze(definition);
}
