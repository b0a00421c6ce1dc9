import { logGamma } from './log-gamma.ts';
import { allFinite, atLeast, mean, standardDeviation, variance } from './moments.ts';

/**
 * Cohen's d_z (1988) of two or more paired differences: their mean over their standard deviation. Infinite where they are equal and
 * not zero, 0 where all are zero.
 */
export function cohenDz(differences: readonly number[]): number {
  atLeast(differences, 2, 'an effect size');
  allFinite(differences, 'an effect size');
  return ratio(mean(differences), standardDeviation(differences));
}

/** Hedges' g_z of three or more paired differences: d_z times the small-sample correction J(n - 1) (Hedges 1981). */
export function hedgesGz(differences: readonly number[]): number {
  atLeast(differences, 3, "Hedges' g_z");
  return cohenDz(differences) * smallSampleCorrection(differences.length - 1);
}

/** Hedges' g of two independent samples of two or more values each: difference of means over the pooled deviation, corrected by J. */
export function hedgesG(a: readonly number[], b: readonly number[]): number {
  atLeast(a, 2, 'an effect size');
  atLeast(b, 2, 'an effect size');
  allFinite([...a, ...b], 'an effect size');
  const df = a.length + b.length - 2;
  const pooled = Math.sqrt(((a.length - 1) * variance(a) + (b.length - 1) * variance(b)) / df);
  return ratio(mean(a) - mean(b), pooled) * smallSampleCorrection(df);
}

/** J(df) = Γ(df/2) / (√(df/2) Γ((df - 1)/2)), which removes the bias of d; df >= 2, since no unbiased estimate exists at 1. */
export function smallSampleCorrection(df: number): number {
  if (!(df >= 2)) throw new RangeError(`degrees of freedom are 2 or more, received ${df}`);
  return Math.exp(logGamma(df / 2) - 0.5 * Math.log(df / 2) - logGamma((df - 1) / 2));
}

const ratio = (over: number, under: number): number => (over === 0 ? 0 : over / under);
