import { axisOf, pairs, realProducts, type Complex } from './points.ts';

/** A matrix by rows. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/**
 * Winograd's F(m x m, r x r): Y = tile (kernel g . patch d) for a tile Y of m x m outputs, a kernel g of r x r and a patch d of p x p
 * inputs, p = m + r - 1, all flattened: P multiplications in place of r^2 m^2. The transposes take gradients back.
 * After Lavin and Gray, arXiv 1509.09308.
 */
export interface Algorithm {
  /** m, r and p. */
  readonly tile: number;
  readonly kernel: number;
  readonly patch: number;
  /** P: one for each pair of real points, three for each pair that is complex. */
  readonly products: number;
  readonly matrices: {
    /** [P, p^2]: patches to their values at the points. */
    readonly patch: Matrix;
    /** [p^2 + 1, P]: back; the last row is zero and stands for what lies in no patch. */
    readonly patchBack: Matrix;
    /** [P, r^2] and [r^2, P] */
    readonly kernel: Matrix;
    readonly kernelBack: Matrix;
    /** [m^2, P] and [P, m^2] */
    readonly tile: Matrix;
    readonly tileBack: Matrix;
  };
}

type Rows = readonly (readonly number[])[];

const transposed = (rows: Rows): Rows => rows[0].map((_, j) => rows.map((row) => row[j]));
const matrix = (rows: Rows): Matrix => ({ rows: rows.length, columns: rows[0].length, data: Float32Array.from(rows.flat()) });

/**
 * @param points where polynomials are evaluated along each axis, beside infinity: p - 1 of them, with the conjugate of each that is complex
 * @param kernel the side r of kernels
 */
export function algorithm(points: readonly Complex[], kernel: number): Algorithm {
  const patch = points.length + 1;
  const tile = patch - kernel + 1;
  const products = pairs(axisOf(points, tile, kernel)).flatMap(realProducts);
  const [patches, kernels, tiles] = [transposed(products.map((p) => p.patch)), products.map((p) => p.kernel), products.map((p) => p.tile)];
  return {
    tile, kernel, patch, products: products.length,
    matrices: {
      patch: matrix(transposed(patches)), patchBack: matrix([...patches, new Array<number>(products.length).fill(0)]),
      kernel: matrix(kernels), kernelBack: matrix(transposed(kernels)),
      tile: matrix(transposed(tiles)), tileBack: matrix(tiles),
    },
  };
}
