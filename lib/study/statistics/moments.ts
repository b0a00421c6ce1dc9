/** The arithmetic mean of one or more numbers; NaN where one of them is. */
export function mean(values: readonly number[]): number {
  atLeast(values, 1, 'a mean');
  const rough = sum(values) / values.length;
  if (!Number.isFinite(rough)) return rough;
  // The second pass takes back the rounding of the first, so that equal values have exactly their own mean.
  return rough + sum(values.map((v) => v - rough)) / values.length;
}

/** The sample variance (n - 1 in the denominator) of two or more numbers. */
export function variance(values: readonly number[]): number {
  atLeast(values, 2, 'a variance');
  const centre = mean(values);
  return sum(values.map((v) => (v - centre) ** 2)) / (values.length - 1);
}

/** The sample standard deviation (n - 1 in the denominator) of two or more numbers, in their unit. */
export function standardDeviation(values: readonly number[]): number {
  return Math.sqrt(variance(values));
}

/** The p-quantile, p in [0, 1], of one or more finite numbers, linear between order statistics (type 7 of Hyndman and Fan 1996). */
export function quantile(values: readonly number[], p: number): number {
  return sortedQuantile(sorted(values), p);
}

/** `quantile` of numbers that are sorted already, ascending. */
export function sortedQuantile(ascending: readonly number[], p: number): number {
  atLeast(ascending, 1, 'a quantile');
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile's level lies in [0, 1], received ${p}`);
  const at = (ascending.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(low + 1, ascending.length - 1);
  return ascending[low] + (at - low) * (ascending[high] - ascending[low]);
}

/** A sorted copy, ascending. */
export function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** Throws a RangeError unless there are `n` values or more; `what` names the statistic in the message. */
export function atLeast(values: readonly unknown[], n: number, what: string): void {
  if (values.length < n) throw new RangeError(`${what} wants ${n} value${n === 1 ? '' : 's'} or more, received ${values.length}`);
}

/** Throws a RangeError unless every value is a finite number; `what` names the statistic in the message. */
export function allFinite(values: readonly number[], what: string): void {
  const at = values.findIndex((v) => !Number.isFinite(v));
  if (at >= 0) throw new RangeError(`${what} wants finite numbers, received ${values[at]} at index ${at}`);
}

/** The differences a[i] - b[i] of two equally long lists. */
export function differences(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new RangeError(`paired lists are equally long, received ${a.length} and ${b.length} values`);
  return a.map((v, i) => v - b[i]);
}

const sum = (values: readonly number[]): number => values.reduce((total, v) => total + v, 0);
