import { stream } from '../random/stream.ts';
import type { Split } from '../registry/dataset.ts';

/** Share of the identities that are kept for testing unless the data set says otherwise. */
export const defaultTestShare = 0.2;

/**
 * Divides identities between training and testing, so that no person is in both: those with the smallest hash of (seed, name) are for
 * testing, at least two (a swap takes two people). The order of the list does not matter. @throws RangeError under four identities.
 */
export function splitIdentities(identities: Iterable<string>, seed: number, testShare: number = defaultTestShare): Readonly<Record<Split, readonly string[]>> {
  const ranked = [...new Set(identities)].map((name) => ({ name, rank: stream(seed, 'split', name).uniform() })).sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  if (ranked.length < 4) throw new RangeError(`a split into training and testing wants 4 identities or more, received ${ranked.length}`);
  const test = Math.min(ranked.length - 2, Math.max(2, Math.round(ranked.length * testShare)));
  const names = ranked.map((entry) => entry.name);
  return { test: names.slice(0, test).sort(), train: names.slice(test).sort() };
}
