/**
 * Holm's step-down correction (1979) of p-values that are tested together, in their own order: compare each with the level wanted and
 * the chance of one false rejection or more stays below it.
 */
export function holm(pValues: readonly number[]): number[] {
  const bad = pValues.find((p) => !(p >= 0 && p <= 1));
  if (bad !== undefined) throw new RangeError(`a p-value lies in [0, 1], received ${bad}`);
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
  const corrected = new Array<number>(pValues.length).fill(0);
  let floor = 0;
  order.forEach((index, rank) => {
    floor = Math.max(floor, Math.min(1, (pValues.length - rank) * pValues[index]));
    corrected[index] = floor;
  });
  return corrected;
}
