import { DTYPE, type Attributes, type Bytes, type Value } from '../graph.ts';
import { sizeOf, type OperationCall } from '../shape-rule.ts';
import type { Matrix } from './algorithm.ts';
import { convolutionOf, pays, type Convolution, type Kind } from './convolution.ts';
import { overlaps, pixels, squares } from './tables.ts';

/** Where the nodes of a form go. */
export interface Writer {
  constant(dtype: number, shape: readonly number[], data: Bytes): Value;
  /** @param after what has to be computed before, beside the inputs */
  one(op: string, inputs: readonly Value[], attributes: Attributes, after?: Value): Value;
}

/**
 * Winograd's form of a 3x3 convolution of images [N, H, W, C] with many channels, or of one of its gradients: one product of matrices for
 * each point (`Algorithm`), with a half to a quarter of the multiplications. Differs from the direct sum by rounding.
 * Undefined where there is no such form or `isWanted` says no; by default where it would not pay.
 */
export function winograd(call: OperationCall, writer: Writer, isWanted = pays): Value | undefined {
  const convolution = convolutionOf(call);
  return convolution && isWanted(convolution) ? new Form(convolution, writer)[convolution.kind](call) : undefined;
}

/** Writes the nodes of one convolution; P points, T tiles, C channels, K filters. */
class Form implements Record<Kind, (call: OperationCall) => Value> {
  readonly #conv: Convolution;
  readonly #writer: Writer;
  readonly #type: { readonly type: number };

  constructor(conv: Convolution, writer: Writer) {
    this.#conv = conv;
    this.#writer = writer;
    this.#type = { type: conv.dtype };
  }

  Conv2D({ inputs: [x, kernel] }: OperationCall): Value {
    const { algorithm: { tile, matrices }, filters, tiling } = this.#conv;
    const products = this.#batched(this.#patches(x), this.#kernels(kernel, x));
    const out = this.#shaped(this.#product(matrices.tile, products), [tile * tile * tiling.count, filters]);
    return this.#shaped(this.#gather(out, pixels(tiling)), [tiling.n, tiling.h, tiling.w, filters]);
  }

  Conv2DBackpropFilter({ inputs: [x, , dy] }: OperationCall): Value {
    const { algorithm: { matrices }, channels, filters } = this.#conv;
    const products = this.#batched(this.#patches(x, dy), this.#tileGradients(dy), 'adj_x');
    return this.#shaped(this.#product(matrices.kernelBack, products), [3, 3, channels, filters]);
  }

  Conv2DBackpropInput({ inputs: [, kernel, dy] }: OperationCall): Value {
    const { algorithm: { matrices }, input, channels, pad, tiling } = this.#conv;
    const products = this.#batched(this.#tileGradients(dy), this.#kernels(kernel, dy), 'adj_y');
    const patches = this.#shaped(this.#product(matrices.patchBack, products), [matrices.patchBack.rows * tiling.count, channels]);
    const parts = overlaps(tiling, pad, input[1], input[2]).map((table) => this.#gather(patches, table));
    return this.#shaped(this.#writer.one('AddN', parts, { T: this.#type, N: { int: parts.length } }), input);
  }

  /** The input's values at the points, [P, T, C]; a gradient computes them again, once `after` is there, rather than keeping them. */
  #patches(x: Value, after?: Value): Value {
    const { algorithm: { patch, matrices }, input: [, h, w], channels, pad, tiling } = this.#conv;
    const table = squares(tiling, patch, h + 2 * pad, w + 2 * pad);
    return this.#atPoints(matrices.patch, this.#padded(x, [pad, pad, pad, pad], after), table, channels, after);
  }

  /** The gradient of the values that tiles were made of, [P, T, K]; zero over the edge. */
  #tileGradients(dy: Value): Value {
    const { algorithm: { tile, matrices }, filters, tiling } = this.#conv;
    const [height, width] = [tile * tiling.down, tile * tiling.across];
    const whole = this.#padded(dy, [0, height - tiling.h, 0, width - tiling.w]);
    return this.#atPoints(matrices.tileBack, whole, squares(tiling, tile, height, width), filters);
  }

  /** The kernel's values at the points, [P, C, K]: so much larger than the kernel that they wait for `after`. */
  #kernels(kernel: Value, after: Value): Value {
    const { algorithm: { matrices }, channels, filters } = this.#conv;
    return this.#shaped(this.#product(matrices.kernel, kernel, after), [matrices.kernel.rows, channels, filters]);
  }

  #atPoints(matrix: Matrix, image: Value, table: Int32Array, channels: number, after?: Value): Value {
    const rows = this.#shaped(image, [sizeOf(image.shape) / channels, channels]);
    return this.#shaped(this.#product(matrix, this.#gather(rows, table, after)), [matrix.rows, this.#conv.tiling.count, channels]);
  }

  #product(matrix: Matrix, x: Value, after?: Value): Value {
    const flat = this.#shaped(x, [matrix.columns, sizeOf(x.shape) / matrix.columns]);
    return this.#writer.one('MatMul', [this.#constant(matrix), flat], { T: this.#type, transpose_a: NO, transpose_b: NO }, after);
  }

  #constant({ rows, columns, data }: Matrix): Value {
    const exact = this.#writer.constant(DTYPE.float32, [rows, columns], data);
    if (this.#conv.dtype === DTYPE.float32) return exact;
    return this.#writer.one('Cast', [exact], { SrcT: { type: DTYPE.float32 }, DstT: this.#type, Truncate: NO });
  }

  #batched(a: Value, b: Value, adjoint?: 'adj_x' | 'adj_y'): Value {
    return this.#writer.one('BatchMatMulV2', [a, b], { T: this.#type, adj_x: NO, adj_y: NO, ...(adjoint && { [adjoint]: { flag: true } }) });
  }

  #gather(rows: Value, table: Int32Array, after?: Value): Value {
    const indices = this.#writer.constant(DTYPE.int32, [table.length], table);
    const axis = this.#writer.constant(DTYPE.int32, [], Int32Array.of(0));
    return this.#writer.one('GatherV2', [rows, indices, axis], { Tparams: this.#type, Tindices: INT, Taxis: INT, batch_dims: { int: 0 } }, after);
  }

  /** With zeros above, below, left and right. */
  #padded(x: Value, sides: readonly number[], after?: Value): Value {
    if (sides.every((n) => n === 0)) return x;
    const amounts = this.#writer.constant(DTYPE.int32, [4, 2], Int32Array.of(0, 0, ...sides, 0, 0));
    return this.#writer.one('Pad', [x, amounts], { T: this.#type, Tpaddings: INT }, after);
  }

  #shaped(x: Value, shape: readonly number[]): Value {
    if (x.shape.join() === shape.join()) return x;
    const sizes = this.#writer.constant(DTYPE.int32, [shape.length], Int32Array.from(shape));
    return this.#writer.one('Reshape', [x, sizes], { T: this.#type, Tshape: INT });
  }
}

const INT = { type: DTYPE.int32 };
const NO = { flag: false };
