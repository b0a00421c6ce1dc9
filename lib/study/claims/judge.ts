import type { Stream } from '../../random/stream.ts';
import { cohenDz } from '../statistics/effect.ts';
import { meanInterval } from '../statistics/interval.ts';
import { mean, standardDeviation } from '../statistics/moments.ts';
import { pairedT } from '../statistics/paired-t.ts';
import type { Alternative } from '../statistics/paired-t.ts';
import { signFlip } from '../statistics/sign-flip.ts';
import { wilcoxon } from '../statistics/wilcoxon.ts';
import type { ClaimTest, Comparison, ComparisonResult } from './claim.ts';
import type { PairedDifferences } from './paired.ts';

/** Below this many seeds 2^-n is too coarse a p-value to survive a correction, so that `auto` takes the t test. */
const SIGN_FLIP_FROM = 10;

/**
 * What paired differences say about a comparison. Both one-sided p-values come from the same test, which `auto` chooses by the number
 * of seeds alone, never by the values' look: the paired t test below 10 seeds, the sign-flip permutation test from 10 on (exact up to
 * 16, drawn from `stream` beyond). Differences that do not vary leave t undefined, and are sign-flipped whatever was asked.
 */
export function judgeComparison(comparison: Comparison, paired: PairedDifferences, test: ClaimTest, stream: Stream): ComparisonResult {
  const { seeds, differences, notes, finite } = paired;
  const base = { text: comparison.text, op: comparison.op, seeds, differences, notes };
  if (seeds.length === 0) return { ...base, method: 'nothing to compare', notes: [...notes, 'no seed finished in every variant'] };
  if (!finite) return { ...base, method: 'not tested' };
  const centre = { ...base, mean: mean(differences) };
  if (seeds.length === 1) return { ...centre, method: 'means compared', notes: [...notes, 'one seed, no evidence'] };
  const tested = testDifferences(differences, test, stream);
  const above = comparison.op.startsWith('>');
  return {
    ...centre,
    interval: meanInterval(differences),
    effect: cohenDz(differences),
    method: tested.method,
    support: above ? tested.greater : tested.less,
    oppose: above ? tested.less : tested.greater,
  };
}

interface BothTails {
  readonly method: string;
  readonly greater: number;
  readonly less: number;
}

function testDifferences(differences: readonly number[], test: ClaimTest, stream: Stream): BothTails {
  const n = differences.length;
  const still = !varies(differences);
  const chosen = test === 'auto' ? (n < SIGN_FLIP_FROM ? 't' : 'sign-flip') : test;
  if (chosen === 't' && !still) return tails('paired t test', (alternative) => pairedT(differences, alternative).p);
  if (chosen === 'signed-rank') return tails('Wilcoxon signed-rank test', (alternative) => wilcoxon(differences, alternative).p);
  const flip = (alternative: Alternative): ReturnType<typeof signFlip> => signFlip(differences, { alternative, stream: stream.at(alternative), draws: 19_999 });
  const kind = flip('greater').exact ? 'exact' : 'sampled';
  const why = chosen === 't' ? '; the differences do not vary, so that t is undefined' : '';
  return tails(`sign-flip permutation test (${kind}${why})`, (alternative) => flip(alternative).p);
}

const tails = (method: string, p: (alternative: Alternative) => number): BothTails => ({ method, greater: p('greater'), less: p('less') });

/** Whether differences vary by more than the rounding of their subtraction. */
function varies(differences: readonly number[]): boolean {
  return standardDeviation(differences) > 1e-12 * Math.max(...differences.map(Math.abs));
}
