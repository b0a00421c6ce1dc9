import type { Batch } from '../datasets/batch.ts';
import { padRows } from './pad.ts';
import type { MetricDefinition, MetricOutcome, SwapResult } from '../registry/metric.ts';
import type { EvaluationSet } from './evaluation-set.ts';

/** A way to evaluate: which data set's test pairs are swapped, and how many unless the experiment says otherwise. */
export interface Protocol {
  readonly name: string;
  readonly doc: string;
  readonly dataset: string;
  /** Default number of pairs. */
  readonly pairs: number;
}

const rule = 'The first pairs of the test split, whose people are in no training pair; source and target are always two people.';

/** The protocols that ship. */
export const protocols: readonly Protocol[] = [
  { name: 'rendered', doc: `Rendered faces, whose perfect swap is known. ${rule}`, dataset: 'rendered-faces', pairs: 64 },
  { name: 'photos', doc: `Photographs prepared with \`swapgraph prepare\`. ${rule}`, dataset: 'photos', pairs: 64 },
];

/** Swaps a batch of the fields that the evaluation set was opened with, of as many rows every time; gives [N * size * size * 3] in [0, 1]. */
export type SwapFunction = (batch: Batch) => Float32Array | Promise<Float32Array>;

export interface EvaluateOptions {
  readonly metrics: readonly MetricDefinition[];
  /** Pairs swapped at once. Default 8. */
  readonly batch?: number;
  readonly signal?: AbortSignal;
  /** Told after each batch how many pairs are swapped. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Evaluation {
  /** Of the evaluation set. */
  readonly hash: string;
  /** Outcome by metric, in the metrics' order. */
  readonly metrics: Readonly<Record<string, MetricOutcome>>;
  /** All swaps, in the order of the pairs. */
  readonly swaps: readonly SwapResult[];
}

/** Swaps every pair of the set and measures the swaps. @throws the signal's reason where it is aborted between two batches. */
export async function evaluateSwaps(set: EvaluationSet, swap: SwapFunction, options: EvaluateOptions): Promise<Evaluation> {
  const total = set.pairs.length;
  const step = options.batch ?? 8;
  const swaps: SwapResult[] = [];
  for (let from = 0; from < total; from += step) {
    options.signal?.throwIfAborted();
    const to = Math.min(total, from + step);
    // The last pairs of many are filled up to a whole batch, which the same graph takes; what is too much is cut off.
    const rows = from === 0 ? to : step;
    const pictures = await swap(padRows(set.batch(from, to), rows));
    swaps.push(...cut(pictures, rows).slice(0, to - from).map((picture, i) => resultOf(set, from + i, picture)));
    options.onProgress?.(to, total);
  }
  return { hash: set.hash, metrics: await measureAll(swaps, options.metrics), swaps };
}

/** Every metric of the swaps, one after the other. */
export async function measureAll(swaps: readonly SwapResult[], metrics: readonly MetricDefinition[]): Promise<Record<string, MetricOutcome>> {
  const out: Record<string, MetricOutcome> = {};
  for (const metric of metrics) out[metric.name] = await metric.measure(swaps);
  return out;
}

/** The swap of one pair with its samples. @throws RangeError where the values make no square RGB picture. */
export function resultOf(set: EvaluationSet, index: number, swap: Float32Array): SwapResult {
  const size = Math.round(Math.sqrt(swap.length / 3));
  if (size * size * 3 !== swap.length) throw new RangeError(`expected square RGB pictures, received ${swap.length} values`);
  const { source, target } = set.pairs[index];
  return { source, target, swap, size };
}

function cut(pictures: Float32Array, count: number): Float32Array[] {
  if (pictures.length % count !== 0) throw new RangeError(`expected ${count} pictures of one size, received ${pictures.length} values`);
  const length = pictures.length / count;
  return Array.from({ length: count }, (_, i) => pictures.slice(i * length, (i + 1) * length));
}
