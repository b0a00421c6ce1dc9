import { logGamma } from './log-gamma.ts';

/**
 * The regularised incomplete beta function I_x(a, b) for a, b > 0 and x in [0, 1] (continued fraction, DLMF 8.17.22). `y` is 1 - x;
 * hand it over where it is known more exactly than the subtraction would give.
 */
export function incompleteBeta(a: number, b: number, x: number, y: number = 1 - x): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) throw new RangeError(`I_x(a, b) wants a, b > 0 and x in [0, 1], received a ${a}, b ${b}, x ${x}`);
  if (x === 0 || y === 1) return 0;
  if (y === 0 || x === 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) + logGamma(a + b) - logGamma(a) - logGamma(b));
  // The fraction converges fast on one side of the mean only; the other side is its mirror image.
  if (x < (a + 1) / (a + b + 2)) return (front * fraction(a, b, x)) / a;
  return 1 - (front * fraction(b, a, y)) / b;
}

const TINY = 1e-300;
const awayFromZero = (v: number): number => (Math.abs(v) < TINY ? TINY : v);

/** The continued fraction of I_x(a, b), by Lentz's method. */
function fraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) return h;
    if (Math.abs(d * c - 1) < 4e-16 && m > 200) return h;
  }
  throw new RangeError(`the incomplete beta function did not converge at a ${a}, b ${b}, x ${x}`);
}
