import { noncentralStudentCdf } from './noncentral-student.ts';
import { findRoot, upperBracket } from './root.ts';
import { studentQuantile } from './student.ts';

/** A paired t test to plan: `level` 0.05, `power` 0.8 and one side unless told. */
export interface PowerOptions {
  readonly level?: number;
  readonly sides?: 1 | 2;
}

/** The power of a paired t test over `n` >= 2 seeds when the true effect is `effect` = mean difference / its deviation (Cohen's d_z). */
export function pairedPower(effect: number, n: number, { level = 0.05, sides = 1 }: PowerOptions = {}): number {
  if (!(Number.isInteger(n) && n >= 2)) throw new RangeError(`the number of seeds is an integer from 2, received ${n}`);
  checkShare('a level', level);
  const df = n - 1;
  const delta = effect * Math.sqrt(n);
  const critical = studentQuantile(1 - level / sides, df);
  const upper = 1 - noncentralStudentCdf(critical, df, delta);
  return sides === 1 ? upper : Math.min(1, upper + noncentralStudentCdf(-critical, df, delta));
}

/**
 * How many seeds a paired t test needs to find an effect of size |`effect`| (d_z) with `power`; a RangeError past `most` (10 000), where
 * no study would go.
 */
export function seedsForEffect(effect: number, options: PowerOptions & { readonly power?: number; readonly most?: number } = {}): number {
  const { power = 0.8, most = 10_000 } = options;
  checkShare('a power', power);
  const enough = (n: number): boolean => pairedPower(Math.abs(effect), n, options) >= power;
  if (!enough(most)) throw new RangeError(`an effect of ${effect} standard deviations needs more than ${most} seeds`);
  let [low, high] = [1, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The smallest effect (d_z, positive) that a paired t test over `n` seeds finds with `power`. */
export function minimalDetectableEffect(n: number, options: PowerOptions & { readonly power?: number } = {}): number {
  const { power = 0.8 } = options;
  checkShare('a power', power);
  const missing = (effect: number): number => power - pairedPower(effect, n, options);
  if (missing(0) <= 0) throw new RangeError(`a power of ${power} is no more than the level: every effect is "found" by chance`);
  return findRoot(missing, 0, upperBracket(missing, 1));
}

function checkShare(what: string, share: number): void {
  if (!(share > 0 && share < 1)) throw new RangeError(`${what} lies between 0 and 1, received ${share}`);
}
