import type { MetricOutcome } from '../registry/metric.ts';

/** The mean of what could be measured, NaN where nothing could; what is NaN counts as a failure. */
export function outcomeOf(perSwap: readonly number[]): MetricOutcome {
  const measured = perSwap.filter((v) => !Number.isNaN(v));
  return { value: measured.reduce((sum, v) => sum + v, 0) / measured.length, perSwap, failures: perSwap.length - measured.length };
}

/** Cosine of the angle between two vectors, -1 to 1; NaN where one is zero or not finite. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return dot / Math.sqrt(aa * bb);
}

/** Euclidean distance of two vectors. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}
