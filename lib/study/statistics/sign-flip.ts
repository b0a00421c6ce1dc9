import type { Stream } from '../../random/stream.ts';
import { allFinite, atLeast } from './moments.ts';
import type { Alternative } from './paired-t.ts';

/** A paired sign-flip permutation test; `exact` says whether every one of the 2^n sign patterns was counted. */
export interface SignFlip {
  readonly n: number;
  /** Sign patterns looked at: 2^n, or the number drawn. */
  readonly patterns: number;
  readonly exact: boolean;
  readonly p: number;
}

export interface SignFlipOptions {
  readonly alternative?: Alternative;
  /** Up to this many differences (16 unless told, 24 at most) all patterns are counted; beyond, `draws` are drawn from `stream`. */
  readonly exactUpTo?: number;
  readonly draws?: number;
  readonly stream?: Stream;
}

/**
 * Fisher's paired permutation test (1935): under the null hypothesis that differences are symmetric about zero, every pattern of
 * signs is equally likely; p is the share of patterns whose sum is at least as extreme. Sampled, the data count as one more draw.
 */
export function signFlip(differences: readonly number[], options: SignFlipOptions = {}): SignFlip {
  const { alternative = 'two-sided', exactUpTo = 16, draws = 9999, stream } = options;
  atLeast(differences, 1, 'a sign-flip test');
  allFinite(differences, 'a sign-flip test');
  const n = differences.length;
  const extreme = judge(differences, alternative);
  if (n <= Math.min(exactUpTo, 24)) return { n, patterns: 2 ** n, exact: true, p: countAll(differences, extreme) / 2 ** n };
  if (!stream) throw new RangeError(`${n} differences have too many sign patterns to count: hand over a stream to draw from`);
  let hits = 1;
  for (let i = 0; i < draws; i++) {
    if (extreme(differences.reduce((sum, d) => sum + (stream.integer(2) === 0 ? d : -d), 0))) hits += 1;
  }
  return { n, patterns: draws, exact: false, p: hits / (draws + 1) };
}

/** Whether a pattern's sum is at least as extreme as the data's, with room for rounding. */
function judge(differences: readonly number[], alternative: Alternative): (sum: number) => boolean {
  const observed = differences.reduce((sum, d) => sum + d, 0);
  const slack = 1e-12 * differences.reduce((sum, d) => sum + Math.abs(d), 0);
  if (alternative === 'greater') return (sum) => sum >= observed - slack;
  if (alternative === 'less') return (sum) => sum <= observed + slack;
  return (sum) => Math.abs(sum) >= Math.abs(observed) - slack;
}

/** How many of the 2^n signed sums satisfy `extreme`. */
function countAll(differences: readonly number[], extreme: (sum: number) => boolean): number {
  const visit = (i: number, sum: number): number => {
    if (i === differences.length) return extreme(sum) ? 1 : 0;
    return visit(i + 1, sum + differences[i]) + visit(i + 1, sum - differences[i]);
  };
  return visit(0, 0);
}
