import { DTYPE } from '../graph.ts';

/** A matrix by rows. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/**
 * Winograd's F(m x m, 3 x 3): Y = tile (kernel g . patch d) for a tile Y of m x m outputs, a kernel g of 3x3 and a patch d of p x p
 * inputs, p = m + 2, all flattened: p^2 multiplications in place of 9 m^2. The transposes take gradients back.
 * After Lavin and Gray, arXiv 1509.09308.
 */
export interface Algorithm {
  /** m and p. */
  readonly tile: number;
  readonly patch: number;
  readonly matrices: {
    /** [p^2, p^2]: patches to their values at the points. */
    readonly patch: Matrix;
    /** [p^2 + 1, p^2]: back; the last row is zero and stands for what lies in no patch. */
    readonly patchBack: Matrix;
    /** [p^2, 9] and [9, p^2] */
    readonly kernel: Matrix;
    readonly kernelBack: Matrix;
    /** [m^2, p^2] and [p^2, m^2] */
    readonly tile: Matrix;
    readonly tileBack: Matrix;
  };
  /** How many multiplications and additions of a convolution take as long as moving one number of a patch, tile or kernel to or from the points. */
  readonly cost: { readonly patch: number; readonly tile: number; readonly kernel: number };
  /** How many times as long as a convolution the direct gradient of its kernel takes. */
  readonly kernelGradient: number;
  /** Below this share of the direct cost it is chosen: what is much larger than the processor's cache costs more than is estimated. */
  readonly worth: number;
}

type Rows = readonly (readonly number[])[];

const product = (factors: readonly number[]): number => factors.reduce((a, b) => a * b, 1);
const powers = (x: number, count: number): number[] => Array.from({ length: count }, (_, i) => x ** i);
const atInfinity = (count: number): number[] => Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));
const transposed = (rows: Rows): Rows => rows[0].map((_, j) => rows.map((row) => row[j]));
const matrix = (rows: Rows): Matrix => ({ rows: rows.length, columns: rows[0].length, data: Float32Array.from(rows.flat()) });

/** Coefficients of (x - a)(x - b)..., lowest first, in a row of `length`. */
function polynomial(roots: readonly number[], length: number): number[] {
  const coefficients = roots.reduce<number[]>((c, root) => [...c, 0].map((_, i) => (c[i - 1] ?? 0) - root * (c[i] ?? 0)), [1]);
  return [...coefficients, ...new Array<number>(length - coefficients.length).fill(0)];
}

/** The matrix that does to both axes of a square what `rows` does to one. */
const bothAxes = (rows: Rows): Rows => rows.flatMap((a) => rows.map((b) => a.flatMap((x) => b.map((y) => x * y))));

/** @param points where polynomials are evaluated, beside infinity: m + 1 of them */
function algorithm(points: readonly number[], timing: Pick<Algorithm, 'cost' | 'kernelGradient' | 'worth'>): Algorithm {
  const [tile, patch] = [points.length - 1, points.length + 1];
  const except = (j: number): number[] => points.filter((_, k) => k !== j);
  const patches = bothAxes([...points.map((_, j) => polynomial(except(j), patch)), polynomial(points, patch)]);
  const kernels = bothAxes([...points.map((p, j) => powers(p, 3).map((v) => v / product(except(j).map((q) => p - q)))), atInfinity(3)]);
  const tiles = bothAxes(transposed([...points.map((p) => powers(p, tile)), atInfinity(tile)]));
  return {
    tile, patch, ...timing,
    matrices: {
      patch: matrix(patches), patchBack: matrix([...transposed(patches), new Array<number>(patch * patch).fill(0)]),
      kernel: matrix(kernels), kernelBack: matrix(transposed(kernels)),
      tile: matrix(tiles), tileBack: matrix(transposed(tiles)),
    },
  };
}

/**
 * For float32. Any five points will do in exact arithmetic; with the usual 0, 1, -1, 2, -2 a convolution of 256 channels is off by 2.5e-6
 * (relative L2), with these (after Barabasz et al., arXiv 1803.10986) by 1.0e-6, summed directly by 1.9e-7. Costs measured with
 * `tests/bench/winograd.ts`.
 */
const four = algorithm([0, 5 / 8, -5 / 8, 3 / 2, -3 / 2], { cost: { patch: 200, tile: 204, kernel: 55 }, kernelGradient: 1.25, worth: 0.65 });

/** For bfloat16, in which its matrices are exact: off by 4.9e-3 where a direct sum is by 2.9e-3 and the larger tile by 1.3e-2. */
const two = algorithm([0, 1, -1], { cost: { patch: 168, tile: 310, kernel: 115 }, kernelGradient: 1.6, worth: 0.7 });

/** The algorithm for numbers of a dtype. */
export const ALGORITHMS: ReadonlyMap<number, Algorithm> = new Map([[DTYPE.float32, four], [DTYPE.bfloat16, two]]);
