import type { Pair, Sample } from '../registry/dataset.ts';
import { defineMetric, type MetricDefinition, type SwapResult } from '../registry/metric.ts';
import { outcomeOf } from './outcome.ts';
import { plane } from './picture.ts';

/** The perfect answer of a pair, where the data set knows it. */
export type Oracle = (pair: Pair) => Promise<Sample>;

export function oracleL1(oracle: Oracle | undefined): MetricDefinition {
  return defineMetric({
    name: 'oracle-l1',
    doc: 'Mean absolute difference between the swap and the perfect answer, over all pixels and channels in [0, 1], mean over the swaps. For data sets that know the answer (rendered faces).',
    better: 'lower',
    source: 'The answer: the target\'s picture made again with the source\'s identity. A data set without one fails every swap.',
    measure: async (swaps) => outcomeOf(await Promise.all(swaps.map((swap) => difference(swap, oracle)))),
  });
}

async function difference({ source, target, swap }: SwapResult, oracle: Oracle | undefined): Promise<number> {
  if (!oracle) return NaN;
  const sameIdentity = source.identity === target.identity;
  const answer = plane(await oracle({ source, target, sameIdentity, sameImage: source.id === target.id }), 'image');
  if (!answer || answer.length !== swap.length) return NaN;
  return answer.reduce((sum, v, i) => sum + Math.abs(v - swap[i]), 0) / answer.length;
}
