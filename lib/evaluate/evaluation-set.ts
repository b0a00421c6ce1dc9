import { createHash } from 'node:crypto';
import { batchFields, batchOf, type Batch } from '../datasets/batch.ts';
import { withTokens } from '../datasets/tokens.ts';
import { failure } from '../diagnostics/failure.ts';
import type { Dataset, Pair } from '../registry/dataset.ts';

/** The pairs that a protocol swaps, opened once and used for every evaluation of a run. */
export interface EvaluationSet {
  readonly pairs: readonly Pair[];
  /** Hash of the data set and of the list of pairs: equal hashes were measured on equal pictures. */
  readonly hash: string;
  /** The data set's `oracle`, where it has one. */
  readonly oracle?: NonNullable<Dataset['oracle']>;
  /** The requested fields of pairs `from` to `to - 1`. */
  batch(from: number, to: number): Batch;
}

export interface EvaluationSetOptions {
  /** Number of pairs. */
  readonly pairs: number;
  /** What `predict` reads: `source.image`, `target.mask`. */
  readonly fields: readonly string[];
}

/**
 * The first `pairs` pairs of the data set's test split, none of one person. They do not depend on the run: every run on the same data swaps the
 * same pairs. @throws DiagnosticError for a field that the data set has not, or a pair of one person.
 */
export async function openEvaluationSet(opened: Dataset, options: EvaluationSetOptions): Promise<EvaluationSet> {
  const dataset = await withTokens(opened, options.fields);
  const specs = batchFields(dataset, options.fields);
  const pairs: Pair[] = [];
  for (let i = 0; i < options.pairs; i++) {
    const pair = await dataset.pair(i, 'test', { sameIdentity: 0, by: 'identity' });
    if (pair.source.identity === pair.target.identity) {
      throw failure('evaluation-pair', `test pair ${i} shows ${pair.source.identity} twice, expected two people (${dataset.description})`);
    }
    pairs.push(pair);
  }
  const list = pairs.map(({ source, target }) => [source.id, target.id]);
  return {
    pairs,
    hash: createHash('sha256').update(JSON.stringify([dataset.hash, list])).digest('hex'),
    ...(dataset.oracle ? { oracle: (pair) => (dataset.oracle as NonNullable<Dataset['oracle']>)(pair) } : {}),
    batch: (from, to) => batchOf(pairs.slice(from, to), specs),
  };
}
