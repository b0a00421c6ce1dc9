import { incompleteBeta } from './incomplete-beta.ts';
import { logGamma } from './log-gamma.ts';
import { normalCdf } from './normal.ts';

/**
 * P(T <= t) of the noncentral t distribution with `df` > 0 degrees of freedom and noncentrality `delta`, to about 1e-12 absolute
 * (Lenth 1989, AS 243; the Poisson weights are summed outwards from their mode, so that large noncentralities do not underflow).
 */
export function noncentralStudentCdf(t: number, df: number, delta: number): number {
  if (!(df > 0)) throw new RangeError(`degrees of freedom are positive, received ${df}`);
  if (Number.isNaN(t) || !Number.isFinite(delta)) throw new RangeError(`noncentral t wants numbers, received t ${t}, noncentrality ${delta}`);
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  if (t < 0) return 1 - upTo(-t, df, -delta);
  return upTo(t, df, delta);
}

/** P(T <= t) for t >= 0. */
function upTo(t: number, df: number, delta: number): number {
  if (delta < -40) return 1;
  // P(Z + delta <= t U) <= P(Z <= -delta/2) + P(U >= delta/(2 t)), both below 1e-80 here, where the sum would be long.
  if (delta > 40 && delta > 40 * t) return 0;
  const base = normalCdf(-delta);
  if (t === 0) return base;
  const x = (t * t) / (df + t * t);
  const y = df / (df + t * t);
  const half = (delta * delta) / 2;
  if (half === 0) return base + 0.5 * incompleteBeta(0.5, df / 2, x, y);
  const term = (j: number): number => {
    const p = Math.exp(-half + j * Math.log(half) - logGamma(j + 1));
    const q = (delta / Math.SQRT2) * Math.exp(-half + j * Math.log(half) - logGamma(j + 1.5));
    return p * incompleteBeta(j + 0.5, df / 2, x, y) + q * incompleteBeta(j + 1, df / 2, x, y);
  };
  return Math.min(1, Math.max(0, base + 0.5 * sumFromMode(term, half)));
}

/** Σ term(j) over j >= 0, outwards from the Poisson mode and its width, past which the terms fall faster than a Gaussian. */
function sumFromMode(term: (j: number) => number, mean: number): number {
  const reach = Math.ceil(9 * Math.sqrt(mean) + 40);
  const middle = Math.floor(mean);
  let sum = 0;
  for (let j = Math.max(0, middle - reach); j <= middle + reach; j++) sum += term(j);
  return sum;
}
