/**
 * A zero of a continuous `f` in [low, high], where f has opposite signs at the two ends (Brent 1973), to about 1e-14 of its size; a
 * RangeError where the signs agree.
 */
export function findRoot(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  let [fa, fb] = [f(a), f(b)];
  if (fa === 0) return a;
  if (fb === 0) return b;
  if (!(fa * fb < 0)) throw new RangeError(`no change of sign between ${low} (${fa}) and ${high} (${fb})`);
  let [c, fc, step, before] = [a, fa, b - a, b - a];
  for (let i = 0; i < 500; i++) {
    if (fb * fc > 0) [c, fc, step, before] = [a, fa, b - a, b - a];
    if (Math.abs(fc) < Math.abs(fb)) [a, b, c, fa, fb, fc] = [b, c, b, fb, fc, fb];
    const tolerance = 2 * Number.EPSILON * Math.abs(b) + 1e-300;
    const middle = (c - b) / 2;
    if (Math.abs(middle) <= tolerance || fb === 0) return b;
    const guess = Math.abs(before) >= tolerance && Math.abs(fa) > Math.abs(fb) ? interpolate(a, b, c, fa, fb, fc) : middle;
    const accepted = guess * middle > 0 && Math.abs(guess) < Math.min(1.5 * Math.abs(middle), Math.abs(before) / 2);
    [before, step] = accepted ? [step, guess] : [middle, middle];
    [a, fa] = [b, fb];
    b += Math.abs(step) > tolerance ? step : Math.sign(middle) * tolerance;
    fb = f(b);
  }
  return b;
}

/** The step from b that the secant (two points) or inverse quadratic interpolation (three) proposes. */
function interpolate(a: number, b: number, c: number, fa: number, fb: number, fc: number): number {
  const s = fb / fa;
  if (a === c) return (-(c - b) * s) / (1 - s);
  const q = fa / fc;
  const r = fb / fc;
  return (-s * ((c - b) * q * (q - r) - (b - a) * (r - 1))) / ((q - 1) * (r - 1) * (s - 1));
}

/** The first of `start`, 2 start, 4 start, … at which `f` is no longer positive, to close a bracket for `findRoot`. */
export function upperBracket(f: (x: number) => number, start: number): number {
  let high = start;
  while (f(high) > 0) {
    high *= 2;
    if (!Number.isFinite(high)) throw new RangeError('no finite upper end of the bracket');
  }
  return high;
}
