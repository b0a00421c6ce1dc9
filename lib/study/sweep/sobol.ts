/**
 * Sobol's sequence with the direction numbers of Joe and Kuo (new-joe-kuo-6.21201): degree of the primitive polynomial, its
 * coefficients, first direction numbers; the first dimension is van der Corput's.
 */
const DIRECTIONS: readonly (readonly [degree: number, coefficients: number, first: readonly number[]])[] = [
  [1, 0, [1]], [2, 1, [1, 3]], [3, 1, [1, 3, 1]], [3, 2, [1, 1, 1]], [4, 1, [1, 1, 3, 3]], [4, 4, [1, 3, 5, 13]], [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]], [5, 7, [1, 1, 7, 11, 19]], [5, 11, [1, 1, 5, 1, 1]], [5, 13, [1, 1, 1, 3, 11]], [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]], [6, 13, [1, 1, 1, 15, 21, 21]], [6, 16, [1, 3, 1, 13, 27, 49]], [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]], [6, 25, [1, 1, 5, 5, 19, 61]], [7, 1, [1, 3, 7, 11, 23, 15, 103]], [7, 4, [1, 3, 7, 13, 13, 15, 69]],
];

export const MAX_SOBOL_AXES = DIRECTIONS.length + 1;
const BITS = 32;

/** The points of [0, 1)^axes one after another, in Gray-code order from the origin; `shift` (32-bit words, one per axis) is a digital shift. */
export function* sobol(axes: number, shift: readonly number[] = []): Generator<number[]> {
  if (!Number.isInteger(axes) || axes < 1 || axes > MAX_SOBOL_AXES) throw new RangeError(`expected 1 to ${MAX_SOBOL_AXES} axes, received ${axes}`);
  const directions = Array.from({ length: axes }, (_, d) => (d === 0 ? powers() : directionsOf(d - 1)));
  const state = Array.from({ length: axes }, (_, d) => (shift[d] ?? 0) >>> 0);
  for (let n = 0; n < 2 ** (BITS - 1); n++) {
    yield state.map((x) => x / 2 ** BITS);
    const bit = trailingOnes(n);
    state.forEach((x, d) => { state[d] = (x ^ directions[d][bit]) >>> 0; });
  }
}

const powers = (): number[] => Array.from({ length: BITS }, (_, i) => 2 ** (BITS - 1 - i));

function directionsOf(index: number): number[] {
  const [degree, coefficients, first] = DIRECTIONS[index];
  const v = first.map((m, i) => m * 2 ** (BITS - 1 - i));
  for (let i = degree; i < BITS; i++) {
    let next = v[i - degree] ^ (v[i - degree] >>> degree);
    for (let k = 1; k < degree; k++) if ((coefficients >> (degree - 1 - k)) & 1) next ^= v[i - k];
    v.push(next >>> 0);
  }
  return v;
}

/** Position of the lowest 0 bit: the one that changes in the Gray code. */
function trailingOnes(n: number): number {
  let bit = 0;
  while ((n >>> bit) & 1) bit += 1;
  return bit;
}
