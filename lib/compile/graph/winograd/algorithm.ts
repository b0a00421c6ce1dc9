/** A matrix by rows. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/**
 * Winograd's F(m x m, r x r): Y = tile (kernel g . patch d) for a tile Y of m x m outputs, a kernel g of r x r and a patch d of p x p
 * inputs, p = m + r - 1, all flattened: p^2 multiplications in place of r^2 m^2. The transposes take gradients back.
 * After Lavin and Gray, arXiv 1509.09308.
 */
export interface Algorithm {
  /** m, r and p. */
  readonly tile: number;
  readonly kernel: number;
  readonly patch: number;
  readonly matrices: {
    /** [p^2, p^2]: patches to their values at the points. */
    readonly patch: Matrix;
    /** [p^2 + 1, p^2]: back; the last row is zero and stands for what lies in no patch. */
    readonly patchBack: Matrix;
    /** [p^2, r^2] and [r^2, p^2] */
    readonly kernel: Matrix;
    readonly kernelBack: Matrix;
    /** [m^2, p^2] and [p^2, m^2] */
    readonly tile: Matrix;
    readonly tileBack: Matrix;
  };
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

/**
 * @param points where polynomials are evaluated along each axis, beside infinity: p - 1 of them
 * @param kernel the side r of kernels
 */
export function algorithm(points: readonly number[], kernel: number): Algorithm {
  const patch = points.length + 1;
  const tile = patch - kernel + 1;
  const others = (j: number): number[] => points.filter((_, k) => k !== j);
  // The divisors of interpolation belong to patches: in bfloat16 the matrices of kernels and tiles then round least.
  const finite = points.map((x, j) => polynomial(others(j), patch).map((c) => c / product(others(j).map((other) => x - other))));
  const patches = bothAxes([...finite, polynomial(points, patch)]);
  const kernels = bothAxes([...points.map((x) => powers(x, kernel)), atInfinity(kernel)]);
  const tiles = bothAxes(transposed([...points.map((x) => powers(x, tile)), atInfinity(tile)]));
  return {
    tile, kernel, patch,
    matrices: {
      patch: matrix(patches), patchBack: matrix([...transposed(patches), new Array<number>(patch * patch).fill(0)]),
      kernel: matrix(kernels), kernelBack: matrix(transposed(kernels)),
      tile: matrix(tiles), tileBack: matrix(transposed(tiles)),
    },
  };
}
