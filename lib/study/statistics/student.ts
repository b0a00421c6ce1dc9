import { incompleteBeta } from './incomplete-beta.ts';
import { findRoot, upperBracket } from './root.ts';

/** P(T > t) of Student's distribution with `df` > 0 degrees of freedom, exact in the upper tail. */
export function studentSurvival(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`degrees of freedom are positive, received ${df}`);
  if (Number.isNaN(t)) return NaN;
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  const square = t * t;
  if (!Number.isFinite(square)) return t > 0 ? 0 : 1;
  const tail = 0.5 * incompleteBeta(df / 2, 0.5, df / (df + square), square / (df + square));
  return t >= 0 ? tail : 1 - tail;
}

/** P(T <= t) of Student's distribution with `df` > 0 degrees of freedom. */
export function studentCdf(t: number, df: number): number {
  return studentSurvival(-t, df);
}

/** The t with P(T <= t) = p for p in (0, 1), `df` > 0 degrees of freedom; 0 and 1 give -Infinity and Infinity. */
export function studentQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies in [0, 1], received ${p}`);
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentQuantile(1 - p, df);
  const excess = (t: number): number => studentSurvival(t, df) / p - 1;
  return -findRoot(excess, 0, upperBracket(excess, 1));
}
