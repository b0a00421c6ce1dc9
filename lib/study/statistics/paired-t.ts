import type { Interval } from './interval.ts';
import { allFinite, atLeast, mean, standardDeviation } from './moments.ts';
import { studentQuantile, studentSurvival } from './student.ts';

/** What a test looks for: a positive mean difference, a negative one, or either. */
export type Alternative = 'greater' | 'less' | 'two-sided';

/** A paired t test of differences against zero; `t` is infinite, or NaN, where the differences do not vary. */
export interface PairedT {
  readonly n: number;
  readonly mean: number;
  readonly t: number;
  readonly df: number;
  readonly p: number;
  /** The two-sided 95 % interval of the mean difference. */
  readonly interval: Interval;
}

/** Student's paired t test (1908) of two or more finite differences against zero. */
export function pairedT(differences: readonly number[], alternative: Alternative = 'two-sided'): PairedT {
  atLeast(differences, 2, 'a paired t test');
  allFinite(differences, 'a paired t test');
  const [n, centre, df] = [differences.length, mean(differences), differences.length - 1];
  const error = standardDeviation(differences) / Math.sqrt(n);
  const t = centre / error;
  const reach = studentQuantile(0.975, df) * error;
  return { n, mean: centre, t, df, p: tailOf(t, df, alternative), interval: { low: centre - reach, high: centre + reach } };
}

function tailOf(t: number, df: number, alternative: Alternative): number {
  if (alternative === 'greater') return studentSurvival(t, df);
  if (alternative === 'less') return studentSurvival(-t, df);
  return Math.min(1, 2 * studentSurvival(Math.abs(t), df));
}
