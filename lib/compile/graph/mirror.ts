import { DTYPE, type Attributes, type Graph, type Value } from './graph.ts';
import { numbersOf, textOf, type OperationCall } from './shape-rule.ts';
import { outputTypes } from './shapes.ts';

/**
 * Mirror padding of images [N, H, W, C] as a gather of pixels: TensorFlow's own kernel is four to five times as slow on one core
 * (1x256x256x64 by one pixel: 4.1 ms against 1.0). Undefined for other tensors.
 */
export function gatheredMirrorPad(graph: Graph, call: OperationCall): readonly Value[] | undefined {
  const { inputs: [x] } = call;
  const pads = sidesOf(call);
  if (!pads) return undefined;
  const [{ shape }] = outputTypes(call);
  const [n, h, w, c] = x.shape;
  const border = borderOf(call);
  const [rows, columns] = [mirrored(h, pads[0], pads[1], border), mirrored(w, pads[2], pads[3], border)];
  const table = Int32Array.from(rows.flatMap((row) => columns.map((column) => row * w + column)));
  const indices = graph.constant({ dtype: DTYPE.int32, shape: [table.length], data: table });
  const axis = graph.constant({ dtype: DTYPE.int32, shape: [], data: Int32Array.of(1) });
  const attributes = { Tparams: { type: x.dtype }, Tindices: { type: DTYPE.int32 }, Taxis: { type: DTYPE.int32 }, batch_dims: { int: 0 } } satisfies Attributes;
  const pixels = reshaped(graph, x, [n, h * w, c]);
  const taken = graph.one('GatherV2', [pixels, indices, axis], attributes, { dtype: x.dtype, shape: [n, table.length, c] });
  return [reshaped(graph, taken, shape)];
}

/** Images of which a value has pixels, and which pixel stands at each of its places: the same in every image. */
export interface Taken {
  /** [N, pixels, C] */
  readonly pixels: Value;
  readonly table: Int32Array;
}

/** What a mirror padding in the form of `gatheredMirrorPad` was made of. @param maker gives what made a value */
export function mirroredFrom(x: Value, maker: (value: Value) => OperationCall | undefined): Taken | undefined {
  const shaping = maker(x);
  const gather = shaping?.op === 'Reshape' ? maker(shaping.inputs[0]) : undefined;
  if (gather?.op !== 'GatherV2' || gather.inputs[2].constant?.[0] !== 1) return undefined;
  const [pixels, { constant: table }] = gather.inputs;
  const isWhole = x.shape.length === 4 && pixels.shape.length === 3 && x.shape[0] === pixels.shape[0] && x.shape[3] === pixels.shape[2];
  return isWhole && table instanceof Int32Array ? { pixels, table } : undefined;
}

/**
 * For each row and column of the images that a `MirrorPadGrad` gives, where it stood in the padded ones. Undefined where other axes are
 * padded, too.
 */
export function mirroredLines(call: OperationCall): { readonly rows: Lines; readonly columns: Lines } | undefined {
  const pads = sidesOf(call);
  if (!pads) return undefined;
  const [{ shape: [, height, width] }] = call.inputs;
  const places = (padded: number, before: number, after: number): Lines => {
    const lines: number[][] = Array.from({ length: padded - before - after }, () => []);
    mirrored(lines.length, before, after, borderOf(call)).forEach((source, at) => lines[source].push(at));
    return lines;
  };
  return { rows: places(height, pads[0], pads[1]), columns: places(width, pads[2], pads[3]) };
}

/** For each line of an axis, where it stands among those of the padded axis: several times where it is mirrored. */
export type Lines = readonly (readonly number[])[];

/** What is added above, below, left and right of images [N, H, W, C]. Undefined where other axes are padded, too, and for other tensors. */
function sidesOf(call: OperationCall): readonly number[] | undefined {
  const pads = numbersOf(call, 1);
  const others = [pads[0], pads[1], pads[6], pads[7]];
  return call.inputs[0].shape.length !== 4 || others.some((n) => n !== 0) ? undefined : pads.slice(2, 6);
}

const borderOf = (call: OperationCall): 0 | 1 => (textOf(call, 'mode', 'REFLECT') === 'REFLECT' ? 1 : 0);

/** Which of `size` pixels stands at each place of the padded axis; with `border` 1 the outermost is not repeated. */
function mirrored(size: number, before: number, after: number, border: 0 | 1): number[] {
  return Array.from({ length: before + size + after }, (_, k) => {
    const i = k - before;
    if (i < 0) return -i - 1 + border;
    return i < size ? i : 2 * size - 1 - i - border;
  });
}

/** The value in another shape. */
export function reshaped(graph: Graph, x: Value, shape: readonly number[]): Value {
  const sizes = graph.constant({ dtype: DTYPE.int32, shape: [shape.length], data: Int32Array.from(shape) });
  return graph.one('Reshape', [x, sizes], { T: { type: x.dtype }, Tshape: { type: DTYPE.int32 } }, { dtype: x.dtype, shape });
}
