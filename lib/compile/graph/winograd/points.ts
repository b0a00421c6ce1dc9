/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const real = (...values: readonly number[]): Complex[] => values.map((re) => ({ re, im: 0 }));

/**
 * What a kernel and a tile are multiplied with to give their values at a point, and a patch to give its share there: interpolation
 * transposed. Rows of numbers, real or complex.
 */
export interface Evaluation<N> {
  readonly kernel: readonly N[];
  readonly tile: readonly N[];
  readonly patch: readonly N[];
}

const ONE: Complex = { re: 1, im: 0 };
const times = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
const minus = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
const over = (a: Complex, { re, im }: Complex): Complex => {
  const { re: x, im: y } = times(a, { re, im: -im });
  return { re: x / (re ** 2 + im ** 2), im: y / (re ** 2 + im ** 2) };
};
const powers = (x: Complex, count: number): Complex[] => Array.from({ length: count }).reduce<Complex[]>((row) => [...row, row.length > 0 ? times(row[row.length - 1], x) : ONE], []);
const last = (count: number): Complex[] => Array.from({ length: count }, (_, i) => ({ re: i === count - 1 ? 1 : 0, im: 0 }));

/** Coefficients of (x - a)(x - b)..., lowest first, in a row of `length`. */
function polynomial(roots: readonly Complex[], length: number): Complex[] {
  const zero = { re: 0, im: 0 };
  const coefficients = roots.reduce<Complex[]>((c, root) => [...c, zero].map((_, i) => minus(c[i - 1] ?? zero, times(root, c[i] ?? zero))), [ONE]);
  return [...coefficients, ...new Array<Complex>(length - coefficients.length).fill(zero)];
}

/** One axis: kernels of side `kernel`, tiles of side `tile` and patches at each of `points` and at infinity. */
export function axisOf(points: readonly Complex[], tile: number, kernel: number): readonly Evaluation<Complex>[] {
  const patch = tile + kernel - 1;
  const finite = points.map((x, j) => {
    const others = points.filter((_, k) => k !== j);
    const scale = others.reduce((product, other) => times(product, minus(x, other)), ONE);
    return { kernel: powers(x, kernel), tile: powers(x, tile), patch: polynomial(others, patch).map((c) => over(c, scale)) };
  });
  return [...finite, { kernel: last(kernel), tile: last(tile), patch: polynomial(points, patch) }];
}

const outer = (a: readonly Complex[], b: readonly Complex[]): Complex[] => a.flatMap((x) => b.map((y) => times(x, y)));

/** Both axes of a square: every pair of points, one of each two pairs that are conjugates of each other. */
export function pairs(axis: readonly Evaluation<Complex>[]): readonly Evaluation<Complex>[] {
  const all = axis.flatMap((a) => axis.map((b) => ({ kernel: outer(a.kernel, b.kernel), tile: outer(a.tile, b.tile), patch: outer(a.patch, b.patch) })));
  const first = (row: readonly Complex[]): number => Math.sign(row.find((c) => c.im !== 0)?.im ?? 1);
  return all.filter(({ kernel }) => first(kernel) > 0);
}

/**
 * The real products that a pair stands for: itself where it is real; else, after Karatsuba, those of real parts, of imaginary parts and
 * of their sums, which also serve the conjugate.
 */
export function realProducts({ kernel, tile, patch }: Evaluation<Complex>): readonly Evaluation<number>[] {
  const part = (k: (c: Complex) => number, p: (c: Complex) => number): Evaluation<number> => ({ kernel: kernel.map(k), tile: tile.map(k), patch: patch.map(p) });
  const re = part((c) => c.re, (c) => c.re);
  if ([...kernel, ...tile].every((c) => c.im === 0)) return [re];
  return [
    part((c) => c.re, (c) => 2 * (c.re + c.im)),
    part((c) => c.im, (c) => 2 * (c.im - c.re)),
    part((c) => c.re + c.im, (c) => -2 * c.im),
  ];
}
