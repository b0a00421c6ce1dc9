import type { Value } from '../../graph/graph.ts';
import { flagOf, type OperationCall } from '../../graph/shape-rule.ts';
import type { Rewriter, Rule } from '../rewriter.ts';
import { add, addBias, channelsOf, multiply, perChannel, reshape } from './values.ts';

/**
 * A fixed factor per channel goes into the kernel of the convolution, transposed convolution or matrix product before it, and its
 * bias; so a batch normalisation with stored statistics costs nothing.
 */
export const foldScale: Rule = (call, r) => {
  if (call.op !== 'Mul' || call.inputs.every((v) => r.isFixed(v))) return undefined;
  const [x, factor] = r.isFixed(call.inputs[0]) ? call.inputs.toReversed() : call.inputs;
  if (!r.isFixed(factor) || !takesScale(r, x)) return undefined;
  const scale = perChannel(r, x, factor);
  return scale && [scaled(r, x, scale)];
};

/** A fixed shift per channel joins the bias before it; behind a kernel without a bias it becomes one. */
export const foldShift: Rule = (call, r) => {
  if (!SUMS.has(call.op) || call.inputs.every((v) => r.isFixed(v))) return undefined;
  const [x, shift] = r.isFixed(call.inputs[0]) ? call.inputs.toReversed() : call.inputs;
  if (!r.isFixed(shift)) return undefined;
  if (takesShift(r, x)) {
    const bias = perChannel(r, x, shift);
    return bias && [shifted(r, x, bias)];
  }
  if (call.op === 'BiasAdd' || !takesScale(r, x)) return undefined;
  const bias = perChannel(r, x, shift);
  return bias && [addBias(r, x, bias)];
};

const SUMS = new Set(['BiasAdd', 'Add', 'AddV2']);

/** Operations that move values but leave every channel a channel: a factor may come before or after them. */
function movesWithinChannels({ op, inputs: [x] }: OperationCall, y: Value): boolean {
  if (op === 'Reshape' || op === 'Slice') return y.shape.length > 1 && channelsOf(x) === channelsOf(y);
  return op === 'BatchToSpaceND';
}

/** Whether a factor on `x` can go into a kernel: all the way there nothing else reads the values. */
function takesScale(r: Rewriter, x: Value): boolean {
  const call = r.soleMaker(x);
  if (!call) return false;
  const [first, second] = call.inputs;
  if (call.op in KERNELS) return r.isFixed(call.inputs[1]);
  if (call.op === 'BiasAdd') return r.isFixed(second) && takesScale(r, first);
  return movesWithinChannels(call, x) && takesScale(r, first);
}

function scaled(r: Rewriter, x: Value, scale: Value): Value {
  const { op, inputs, attributes } = r.soleMaker(x) as OperationCall;
  const [first, second, ...rest] = inputs;
  if (op === 'BiasAdd') return addBias(r, scaled(r, first, scale), multiply(r, second, scale));
  if (!(op in KERNELS)) return r.one(op, [scaled(r, first, scale), second, ...rest], attributes);
  const kernel = multiply(r, second, KERNELS[op]({ op, inputs, attributes }, r, scale));
  return r.one(op, [first, kernel, ...rest], attributes);
}

/** Whether a bias comes before `x` that nothing else reads. */
function takesShift(r: Rewriter, x: Value): boolean {
  const call = r.soleMaker(x);
  if (!call) return false;
  return call.op === 'BiasAdd' ? r.isFixed(call.inputs[1]) : movesWithinChannels(call, x) && takesShift(r, call.inputs[0]);
}

function shifted(r: Rewriter, x: Value, bias: Value): Value {
  const { op, inputs: [first, ...rest], attributes } = r.soleMaker(x) as OperationCall;
  if (op === 'BiasAdd') return addBias(r, first, add(r, rest[0], bias));
  return r.one(op, [shifted(r, first, bias), ...rest], attributes);
}

/** The factor [C] in the shape that meets a kernel's output channels. */
const KERNELS: Readonly<Record<string, (call: OperationCall, r: Rewriter, scale: Value) => Value>> = {
  Conv2D: (_call, _r, scale) => scale,
  DepthwiseConv2dNative: ({ inputs: [, filter] }, r, scale) => reshape(r, scale, filter.shape.slice(2)),
  Conv2DBackpropInput: (_call, r, scale) => reshape(r, scale, [channelsOf(scale), 1]),
  MatMul: (call, r, scale) => (flagOf(call, 'transpose_b') ? reshape(r, scale, [channelsOf(scale), 1]) : scale),
};
