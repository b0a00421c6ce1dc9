import { allFinite, atLeast, mean, standardDeviation } from './moments.ts';
import { studentQuantile } from './student.ts';

/** A two-sided interval; `low` <= `high`, in the unit of what it estimates. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The t interval of the mean of two or more finite numbers at `confidence` in (0, 1), 0.95 unless told. */
export function meanInterval(values: readonly number[], confidence = 0.95): Interval {
  atLeast(values, 2, 'a t interval');
  allFinite(values, 'a t interval');
  checkConfidence(confidence);
  const reach = (studentQuantile(0.5 + confidence / 2, values.length - 1) * standardDeviation(values)) / Math.sqrt(values.length);
  const centre = mean(values);
  return { low: centre - reach, high: centre + reach };
}

/** Throws a RangeError unless 0 < confidence < 1. */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`a confidence lies between 0 and 1, received ${confidence}`);
}
