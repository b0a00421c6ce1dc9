import { DTYPE, type Attributes, type Bytes, type Value } from '../graph.ts';
import { mirroredFrom, mirroredLines, type Lines, type Taken } from '../mirror.ts';
import { sizeOf, type OperationCall } from '../shape-rule.ts';
import { outputTypes } from '../shapes.ts';
import type { Matrix } from './algorithm.ts';
import type { Kind } from './choice.ts';
import { convolutionOf, pays, type Convolution, type Pads } from './convolution.ts';
import { overlaps, pixels, squares } from './tables.ts';

/** Where the nodes of a form go. */
export interface Writer {
  constant(dtype: number, shape: readonly number[], data: Bytes): Value;
  /** @param after what has to be computed before, beside the inputs */
  one(op: string, inputs: readonly Value[], attributes: Attributes, after?: Value): Value;
  /** What made a value. */
  maker(value: Value): OperationCall | undefined;
}

/**
 * Winograd's form of a 3x3 or 4x4 convolution of images [N, H, W, C] with many channels, or of one of its gradients: one product of
 * matrices for each point (`Algorithm`), with a quarter of the multiplications. Differs from the direct sum by rounding.
 * Undefined where there is no such form or `isWanted` says no; by default where it would not pay.
 * @param as the dtype that will compute it, where a later pass lowers the graph's
 */
export function winograd(call: OperationCall, writer: Writer, isWanted = pays, as?: number): Value | undefined {
  const convolution = convolutionOf(call, as);
  return convolution && isWanted(convolution) ? new Form(convolution, writer)[convolution.kind](call) : undefined;
}

/** Gathers of one input gradient from which a mirrored border is left to TensorFlow. */
const MOST_PARTS = 6;

/**
 * The gradient of images that were mirrored at their border before they were convolved, in Winograd's form: `MirrorPadGrad` of a
 * `Conv2DBackpropInput`, summed at one go where patches overlap and where pixels stood more than once. Undefined as for `winograd`.
 */
export function mirroredGradient(mirror: OperationCall, call: OperationCall, writer: Writer, isWanted = pays): Value | undefined {
  const [lines, convolution] = [mirroredLines(mirror), convolutionOf(call)];
  if (!lines || !convolution || convolution.pads.some((n) => n !== 0) || !isWanted(convolution)) return undefined;
  const tables = overlaps(convolution.tiling, lines.rows, lines.columns);
  return tables.length > MOST_PARTS ? undefined : new Form(convolution, writer).inputGradient(call, tables, outputTypes(mirror)[0].shape);
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
    const { choice: { algorithm: { tile, matrices } }, filters, tiling } = this.#conv;
    const mirrored = this.#mirrored(x);
    const products = this.#batched(this.#patches(x, mirrored), this.#kernels(kernel, mirrored?.pixels ?? x));
    const out = this.#shaped(this.#product(matrices.tile, products), [tile * tile * tiling.count, filters]);
    return this.#shaped(this.#gather(out, pixels(tiling)), [tiling.n, tiling.h, tiling.w, filters]);
  }

  Conv2DBackpropFilter({ inputs: [x, , dy] }: OperationCall): Value {
    const { choice: { algorithm: { kernel, matrices } }, channels, filters } = this.#conv;
    const products = this.#batched(this.#patches(x, this.#mirrored(x), dy), this.#tileGradients(dy), 'adj_x');
    return this.#shaped(this.#product(matrices.kernelBack, products), [kernel, kernel, channels, filters]);
  }

  Conv2DBackpropInput(call: OperationCall): Value {
    const { input, pads, tiling } = this.#conv;
    const padded = (size: number, before: number): Lines => Array.from({ length: size }, (_, y) => [y + before]);
    return this.inputGradient(call, overlaps(tiling, padded(input[1], pads[0]), padded(input[2], pads[2])), input);
  }

  /** Images of a shape whose pixels are sums of those of patches that `tables` name. */
  inputGradient({ inputs: [, kernel, dy] }: OperationCall, tables: readonly Int32Array[], shape: readonly number[]): Value {
    const { choice: { algorithm: { matrices } }, channels, tiling } = this.#conv;
    const products = this.#batched(this.#tileGradients(dy), this.#kernels(kernel, dy), 'adj_y');
    const patches = this.#shaped(this.#product(matrices.patchBack, products), [matrices.patchBack.rows * tiling.count, channels]);
    const parts = tables.map((table) => this.#gather(patches, table));
    return this.#shaped(this.#writer.one('AddN', parts, { T: this.#type, N: { int: parts.length } }), shape);
  }

  /** What mirrored images were made of; patches can be taken from those as well. */
  #mirrored(x: Value): Taken | undefined {
    return this.#conv.pads.some((n) => n > 0) ? undefined : mirroredFrom(x, (value) => this.#writer.maker(value));
  }

  /** The input's values at the points, [P, T, C]; a gradient computes them again, once `after` is there, rather than keeping them. */
  #patches(x: Value, mirrored: Taken | undefined, after?: Value): Value {
    const { choice: { algorithm: { patch, matrices } }, input: [, h, w], channels, pads, tiling } = this.#conv;
    const [height, width] = [h + pads[0] + pads[1], w + pads[2] + pads[3]];
    const table = squares(tiling, patch, height, width);
    if (!mirrored) return this.#atPoints(matrices.patch, this.#padded(x, pads, after), table, channels, after);
    const [whole, each] = [height * width, mirrored.pixels.shape[1]];
    const direct = table.map((at) => Math.floor(at / whole) * each + mirrored.table[at % whole]);
    return this.#atPoints(matrices.patch, mirrored.pixels, direct, channels, after);
  }

  /** The gradient of the values that tiles were made of, [P, T, K]; zero over the edge. */
  #tileGradients(dy: Value): Value {
    const { choice: { algorithm: { tile, matrices } }, filters, tiling } = this.#conv;
    const [height, width] = [tile * tiling.down, tile * tiling.across];
    const whole = this.#padded(dy, [0, height - tiling.h, 0, width - tiling.w]);
    return this.#atPoints(matrices.tileBack, whole, squares(tiling, tile, height, width), filters);
  }

  /** The kernel's values at the points, [P, C, K]: so much larger than the kernel that they wait for `after`. */
  #kernels(kernel: Value, after: Value): Value {
    const { choice: { algorithm: { matrices } }, channels, filters } = this.#conv;
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
  #padded(x: Value, sides: Pads, after?: Value): Value {
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
