import { DTYPE, type Attributes, type Graph, type Value } from './graph.ts';
import { numbersOf, textOf, type OperationCall } from './shape-rule.ts';
import { outputTypes } from './shapes.ts';

/**
 * Mirror padding of images [N, H, W, C] as a gather of pixels: TensorFlow's own kernel is four to five times as slow on one core
 * (1x256x256x64 by one pixel: 4.1 ms against 1.0). Undefined for other tensors.
 */
export function gatheredMirrorPad(graph: Graph, call: OperationCall): readonly Value[] | undefined {
  const { inputs: [x] } = call;
  const pads = numbersOf(call, 1);
  const others = [pads[0], pads[1], pads[6], pads[7]];
  if (x.shape.length !== 4 || others.some((n) => n !== 0)) return undefined;
  const [{ shape }] = outputTypes(call);
  const [n, h, w, c] = x.shape;
  const border = textOf(call, 'mode', 'REFLECT') === 'REFLECT' ? 1 : 0;
  const [rows, columns] = [mirrored(h, pads[2], pads[3], border), mirrored(w, pads[4], pads[5], border)];
  const table = Int32Array.from(rows.flatMap((row) => columns.map((column) => row * w + column)));
  const indices = graph.constant({ dtype: DTYPE.int32, shape: [table.length], data: table });
  const axis = graph.constant({ dtype: DTYPE.int32, shape: [], data: Int32Array.of(1) });
  const attributes = { Tparams: { type: x.dtype }, Tindices: { type: DTYPE.int32 }, Taxis: { type: DTYPE.int32 }, batch_dims: { int: 0 } } satisfies Attributes;
  const pixels = reshaped(graph, x, [n, h * w, c]);
  const taken = graph.one('GatherV2', [pixels, indices, axis], attributes, { dtype: x.dtype, shape: [n, table.length, c] });
  return [reshaped(graph, taken, shape)];
}

/** Which of `size` pixels stands at each place of the padded axis; with `border` 1 the outermost is not repeated. */
function mirrored(size: number, before: number, after: number, border: 0 | 1): number[] {
  return Array.from({ length: before + size + after }, (_, k) => {
    const i = k - before;
    if (i < 0) return -i - 1 + border;
    return i < size ? i : 2 * size - 1 - i - border;
  });
}

function reshaped(graph: Graph, x: Value, shape: readonly number[]): Value {
  const sizes = graph.constant({ dtype: DTYPE.int32, shape: [shape.length], data: Int32Array.from(shape) });
  return graph.one('Reshape', [x, sizes], { T: { type: x.dtype }, Tshape: { type: DTYPE.int32 } }, { dtype: x.dtype, shape });
}
