import { DTYPE, type Graph, type Value } from './graph.ts';
import { intsOf, textOf, type OperationCall } from './shape-rule.ts';

/** An operation in the form that graphs take it, where that differs from the eager call. */
export function lower(graph: Graph, call: OperationCall): OperationCall {
  // TensorFlow 2.21 aborts when it infers the shape of a depthwise convolution with explicit padding inside a graph.
  if (call.op === 'DepthwiseConv2dNative' && textOf(call, 'padding', 'VALID') === 'EXPLICIT') return paddedDepthwise(graph, call);
  return call;
}

function paddedDepthwise(graph: Graph, call: OperationCall): OperationCall {
  const pads = intsOf(call, 'explicit_paddings');
  const [x, filter] = call.inputs;
  const shape = x.shape.map((n, i) => n + pads[2 * i] + pads[2 * i + 1]);
  const amounts = graph.constant({ dtype: DTYPE.int32, shape: [4, 2], data: Int32Array.from(pads) });
  const zero: Value = graph.constant({ dtype: DTYPE.float32, shape: [], data: new Float32Array(1) });
  const padded = graph.one('PadV2', [x, amounts, zero], { T: { type: x.dtype }, Tpaddings: { type: DTYPE.int32 } }, { dtype: x.dtype, shape });
  const { explicit_paddings: _, ...rest } = call.attributes;
  return { op: call.op, inputs: [padded, filter], attributes: { ...rest, padding: { text: 'VALID' } } };
}
