/** Outputs of a tile and inputs of a patch, along one axis. */
export const TILE = 4;
export const PATCH = 6;

/** A matrix by rows. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/**
 * Where the polynomials are evaluated, beside infinity. Any five will do in exact arithmetic. With the usual 0, 1, -1, 2, -2 float32 is
 * off by 2.5e-6 (relative L2, 256 channels), with these by 1.0e-6, with F(2x2, 3x3) by 3.8e-7, summed directly by 1.9e-7.
 */
const POINTS = [0, 5 / 8, -5 / 8, 3 / 2, -3 / 2] as const;

type Rows = readonly (readonly number[])[];

const product = (factors: readonly number[]): number => factors.reduce((a, b) => a * b, 1);
const except = (j: number): number[] => POINTS.filter((_, k) => k !== j);

/** Coefficients of (x - a)(x - b)..., lowest first, to the length of a patch. */
function polynomial(roots: readonly number[]): number[] {
  const coefficients = roots.reduce<number[]>((c, root) => [...c, 0].map((_, i) => (c[i - 1] ?? 0) - root * (c[i] ?? 0)), [1]);
  return [...coefficients, ...new Array<number>(PATCH - coefficients.length).fill(0)];
}

const powers = (x: number, count: number): number[] => Array.from({ length: count }, (_, i) => x ** i);
const infinity = (count: number): number[] => Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));
const transposed = (rows: Rows): Rows => rows[0].map((_, j) => rows.map((row) => row[j]));

const patchRows: Rows = [...POINTS.map((_, j) => polynomial(except(j))), polynomial(POINTS)];
const kernelRows: Rows = [...POINTS.map((p, j) => powers(p, 3).map((v) => v / product(except(j).map((q) => p - q)))), infinity(3)];
const tileRows: Rows = transposed([...POINTS.map((p) => powers(p, TILE)), infinity(TILE)]);

/** The matrix that does to both axes of an image what `rows` does to one. */
function bothAxes(rows: Rows): Rows {
  return rows.flatMap((a) => rows.map((b) => a.flatMap((x) => b.map((y) => x * y))));
}

const matrix = (rows: Rows): Matrix => ({ rows: rows.length, columns: rows[0].length, data: Float32Array.from(rows.flat()) });

/**
 * F(4x4, 3x3): Y = tile (kernel g . patch d) for a tile Y of 4x4 outputs, a kernel g of 3x3 and a patch d of 6x6 inputs, all flattened;
 * 36 multiplications for 16 outputs in place of 144. After Lavin and Gray, arXiv 1509.09308; points after Barabasz et al., arXiv
 * 1803.10986. The transposes take gradients back.
 */
export const MATRICES = {
  /** [36, 36]: patches to their values at the points. */
  patch: matrix(bothAxes(patchRows)),
  /** [37, 36]: back; the last row is zero and stands for what lies in no patch. */
  patchBack: matrix([...transposed(bothAxes(patchRows)), new Array<number>(PATCH * PATCH).fill(0)]),
  /** [36, 9] and [9, 36] */
  kernel: matrix(bothAxes(kernelRows)),
  kernelBack: matrix(transposed(bothAxes(kernelRows))),
  /** [16, 36] and [36, 16] */
  tile: matrix(bothAxes(tileRows)),
  tileBack: matrix(transposed(bothAxes(tileRows))),
} as const;
