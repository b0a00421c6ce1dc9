import { allFinite, atLeast } from './moments.ts';
import { normalCdf } from './normal.ts';
import type { Alternative } from './paired-t.ts';

/** Wilcoxon's signed-rank test; `n` counts the differences that are not zero, `positive` is the sum of the ranks of the positive ones. */
export interface Wilcoxon {
  readonly n: number;
  readonly positive: number;
  readonly exact: boolean;
  readonly p: number;
}

/**
 * Wilcoxon's signed-rank test (1945) of differences against zero: zeros are dropped and equal sizes share their mean rank. Up to
 * `exactUpTo` (50 unless told) the permutation distribution of the ranks is counted exactly; beyond, the normal approximation with
 * corrections for ties and continuity.
 */
export function wilcoxon(differences: readonly number[], alternative: Alternative = 'two-sided', exactUpTo = 50): Wilcoxon {
  atLeast(differences, 1, 'a signed-rank test');
  allFinite(differences, 'a signed-rank test');
  const kept = differences.filter((d) => d !== 0);
  const n = kept.length;
  if (n === 0) return { n, positive: 0, exact: true, p: 1 };
  const ranks = midRanks(kept.map(Math.abs));
  const positive = ranks.reduce((sum, rank, i) => sum + (kept[i] > 0 ? rank : 0), 0);
  const exact = n <= exactUpTo;
  const { above, below } = exact ? exactTails(ranks, positive) : normalTails(ranks, positive);
  const p = alternative === 'greater' ? above : alternative === 'less' ? below : Math.min(1, 2 * Math.min(above, below));
  return { n, positive, exact, p };
}

/** Ranks from 1 up; equal values get the mean of the ranks they cover. */
export function midRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]] === values[order[start]]) end += 1;
    for (let i = start; i <= end; i++) ranks[order[i]] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return ranks;
}

/** The tail probabilities P(W >= w) and P(W <= w), both including w, when each rank is positive with probability 1/2. */
interface Tails {
  readonly above: number;
  readonly below: number;
}

function exactTails(ranks: readonly number[], observed: number): Tails {
  // Mean ranks are multiples of 1/2: doubled, they index a table of probabilities.
  const doubled = ranks.map((r) => Math.round(2 * r));
  let table = [1];
  for (const r of doubled) {
    const next = new Array<number>(table.length + r).fill(0);
    table.forEach((share, s) => {
      next[s] += share / 2;
      next[s + r] += share / 2;
    });
    table = next;
  }
  const at = Math.round(2 * observed);
  const total = (part: readonly number[]): number => Math.min(1, part.reduce((sum, share) => sum + share, 0));
  return { above: total(table.slice(at)), below: total(table.slice(0, at + 1)) };
}

function normalTails(ranks: readonly number[], observed: number): Tails {
  const centre = ranks.reduce((sum, r) => sum + r, 0) / 2;
  const spread = Math.sqrt(ranks.reduce((sum, r) => sum + r * r, 0) / 4);
  return { above: normalCdf((centre - observed + 0.5) / spread), below: normalCdf((observed - centre + 0.5) / spread) };
}
