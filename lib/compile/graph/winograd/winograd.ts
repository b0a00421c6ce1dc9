import { DTYPE, type Attributes, type Bytes, type Value } from '../graph.ts';
import { intsOf, numbersOf, sizeOf, textOf, type OperationCall } from '../shape-rule.ts';
import { MATRICES, PATCH, TILE, type Matrix } from './matrices.ts';
import { pays } from './pays.ts';
import { overlaps, pixels, squares, tiles, tilingOf, type Tiling } from './tables.ts';

/** Where the nodes of a form go. */
export interface Writer {
  constant(dtype: number, shape: readonly number[], data: Bytes): Value;
  /** @param after what has to be computed before, beside the inputs */
  one(op: string, inputs: readonly Value[], attributes: Attributes, after?: Value): Value;
}

/**
 * Winograd's form F(4x4, 3x3) of a large 3x3 convolution of float32 images [N, H, W, C], or of one of its gradients: a quarter of the
 * multiplications, as one product of matrices for each of 36 points. Differs from the direct sum by rounding, about 1e-6 (relative L2).
 * Undefined where there is no such form, or where it would not be faster.
 */
export function winograd(call: OperationCall, writer: Writer, isFaster = pays): Value | undefined {
  const conv = convolutionOf(call);
  if (!conv || !isFaster(conv.tiling, conv.channels, conv.filters)) return undefined;
  return new Form(conv, writer)[call.op as Kind](call);
}

type Kind = 'Conv2D' | 'Conv2DBackpropInput' | 'Conv2DBackpropFilter';

/** A 3x3 convolution of stride 1. */
interface Convolution {
  readonly input: readonly number[];
  readonly channels: number;
  readonly filters: number;
  /** Zeros on each side of the images. */
  readonly pad: 0 | 1;
  readonly tiling: Tiling;
}

const INPUT: Readonly<Record<Kind, (call: OperationCall) => readonly [input: readonly number[], kernel: readonly number[]]>> = {
  Conv2D: ({ inputs: [x, kernel] }) => [x.shape, kernel.shape],
  Conv2DBackpropInput: (call) => [numbersOf(call, 0), call.inputs[1].shape],
  Conv2DBackpropFilter: (call) => [call.inputs[0].shape, numbersOf(call, 1)],
};

function convolutionOf(call: OperationCall): Convolution | undefined {
  if (!(call.op in INPUT)) return undefined;
  const [input, kernel] = INPUT[call.op as Kind](call);
  const padding = textOf(call, 'padding', 'VALID');
  const isPlain = (name: string): boolean => call.attributes[name] === undefined || intsOf(call, name).every((n) => n === 1);
  const isKnown = kernel[0] === 3 && kernel[1] === 3 && kernel[2] === input[3] && isPlain('strides') && isPlain('dilations') && textOf(call, 'data_format', 'NHWC') === 'NHWC';
  if (!isKnown || padding === 'EXPLICIT' || call.inputs.some((v) => v.dtype !== DTYPE.float32 && v.dtype !== DTYPE.int32)) return undefined;
  const pad = padding === 'SAME' ? 1 : 0;
  const [n, h, w] = input;
  return { input, channels: kernel[2], filters: kernel[3], pad, tiling: tilingOf([n, h + 2 * pad - 2, w + 2 * pad - 2]) };
}

/** Writes the nodes of one convolution; P = 36 points, T tiles, C channels, K filters. */
class Form implements Record<Kind, (call: OperationCall) => Value> {
  readonly #conv: Convolution;
  readonly #tiles: number;
  readonly #writer: Writer;

  constructor(conv: Convolution, writer: Writer) {
    this.#conv = conv;
    this.#tiles = tiles(conv.tiling);
    this.#writer = writer;
  }

  Conv2D({ inputs: [x, kernel] }: OperationCall): Value {
    const { filters, tiling: { n, h, w } } = this.#conv;
    const products = this.#batched(this.#patches(x), this.#kernels(kernel, x));
    const out = this.#shaped(this.#product(MATRICES.tile, products), [TILE * TILE * this.#tiles, filters]);
    return this.#shaped(this.#gather(out, pixels(this.#conv.tiling)), [n, h, w, filters]);
  }

  Conv2DBackpropFilter({ inputs: [x, , dy] }: OperationCall): Value {
    const { channels, filters } = this.#conv;
    const products = this.#batched(this.#patches(x, dy), this.#tileGradients(dy), 'adj_x');
    return this.#shaped(this.#product(MATRICES.kernelBack, products), [3, 3, channels, filters]);
  }

  Conv2DBackpropInput({ inputs: [, kernel, dy] }: OperationCall): Value {
    const { input, channels, pad, tiling } = this.#conv;
    const products = this.#batched(this.#tileGradients(dy), this.#kernels(kernel, dy), 'adj_y');
    const patches = this.#shaped(this.#product(MATRICES.patchBack, products), [(PATCH * PATCH + 1) * this.#tiles, channels]);
    const parts = overlaps(tiling, pad, input[1], input[2]).map((table) => this.#gather(patches, table));
    return this.#shaped(this.#writer.one('AddN', parts, { T: FLOAT, N: { int: parts.length } }), input);
  }

  /** The input's values at the points, [P, T, C]; for a gradient computed again rather than kept, once `after` is there. */
  #patches(x: Value, after?: Value): Value {
    const { input: [, h, w], channels, pad, tiling } = this.#conv;
    const [height, width] = [h + 2 * pad, w + 2 * pad];
    return this.#atPoints(MATRICES.patch, this.#padded(x, [pad, pad, pad, pad], after), squares(tiling, PATCH, height, width), channels, after);
  }

  /** The gradient of the values that tiles were made of, [P, T, K]; zero over the edge. */
  #tileGradients(dy: Value): Value {
    const { filters, tiling } = this.#conv;
    const [height, width] = [TILE * tiling.down, TILE * tiling.across];
    const whole = this.#padded(dy, [0, height - tiling.h, 0, width - tiling.w]);
    return this.#atPoints(MATRICES.tileBack, whole, squares(tiling, TILE, height, width), filters);
  }

  /** The kernel's values at the points, [P, C, K]: four times its size, so not before `after` is there. */
  #kernels(kernel: Value, after: Value): Value {
    const { channels, filters } = this.#conv;
    return this.#shaped(this.#product(MATRICES.kernel, kernel, after), [PATCH * PATCH, channels, filters]);
  }

  #atPoints(matrix: Matrix, image: Value, table: Int32Array, channels: number, after?: Value): Value {
    const rows = this.#shaped(image, [sizeOf(image.shape) / channels, channels]);
    return this.#shaped(this.#product(matrix, this.#gather(rows, table, after)), [matrix.rows, this.#tiles, channels]);
  }

  #product(matrix: Matrix, x: Value, after?: Value): Value {
    const constant = this.#writer.constant(DTYPE.float32, [matrix.rows, matrix.columns], matrix.data);
    const flat = this.#shaped(x, [matrix.columns, sizeOf(x.shape) / matrix.columns]);
    return this.#writer.one('MatMul', [constant, flat], { T: FLOAT, transpose_a: NO, transpose_b: NO }, after);
  }

  #batched(a: Value, b: Value, adjoint?: 'adj_x' | 'adj_y'): Value {
    return this.#writer.one('BatchMatMulV2', [a, b], { T: FLOAT, adj_x: NO, adj_y: NO, ...(adjoint && { [adjoint]: { flag: true } }) });
  }

  #gather(rows: Value, table: Int32Array, after?: Value): Value {
    const indices = this.#writer.constant(DTYPE.int32, [table.length], table);
    const axis = this.#writer.constant(DTYPE.int32, [], Int32Array.of(0));
    return this.#writer.one('GatherV2', [rows, indices, axis], { Tparams: FLOAT, Tindices: INT, Taxis: INT, batch_dims: { int: 0 } }, after);
  }

  /** With zeros above, below, left and right. */
  #padded(x: Value, sides: readonly number[], after?: Value): Value {
    if (sides.every((n) => n === 0)) return x;
    const amounts = this.#writer.constant(DTYPE.int32, [4, 2], Int32Array.of(0, 0, ...sides, 0, 0));
    return this.#writer.one('PadV2', [x, amounts, this.#writer.constant(DTYPE.float32, [], Float32Array.of(0))], { T: FLOAT, Tpaddings: INT }, after);
  }

  #shaped(x: Value, shape: readonly number[]): Value {
    if (x.shape.join() === shape.join()) return x;
    return this.#writer.one('Reshape', [x, this.#writer.constant(DTYPE.int32, [shape.length], Int32Array.from(shape))], { T: FLOAT, Tshape: INT });
  }
}

const FLOAT = { type: DTYPE.float32 };
const INT = { type: DTYPE.int32 };
const NO = { flag: false };
