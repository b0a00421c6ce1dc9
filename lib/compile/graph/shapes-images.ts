import { floats, intOf, intsOf, numbersOf, shaped, textOf, type OperationCall, type ShapeRule, type ShapeRules } from './shape-rule.ts';

/** Outputs of a window that moves over one axis. */
function windowed(call: OperationCall, size: number, window: number, axis: 1 | 2): number {
  const stride = intsOf(call, 'strides')[axis];
  const padding = textOf(call, 'padding', 'VALID');
  if (padding === 'SAME') return Math.ceil(size / stride);
  const explicit = padding === 'EXPLICIT' ? intsOf(call, 'explicit_paddings') : undefined;
  const padded = size + (explicit === undefined ? 0 : explicit[2 * axis] + explicit[2 * axis + 1]);
  const dilation = call.attributes.dilations === undefined ? 1 : intsOf(call, 'dilations')[axis];
  return Math.floor((padded - (window - 1) * dilation - 1) / stride) + 1;
}

const convolution = (channels: (filter: readonly number[]) => number): ShapeRule => (call) => {
  const [{ shape: [n, h, w] }, { shape: filter }] = call.inputs;
  return [shaped(call, [n, windowed(call, h, filter[0], 1), windowed(call, w, filter[1], 2), channels(filter)])];
};

const pool: ShapeRule = (call) => {
  const [n, h, w, c] = call.inputs[0].shape;
  const window = intsOf(call, 'ksize');
  return [shaped(call, [n, windowed(call, h, window[1], 1), windowed(call, w, window[2], 2), c])];
};

/** The output's shape is itself an input, at `index`. */
const given = (index: number): ShapeRule => (call) => [floats(numbersOf(call, index))];
const likeFirst: ShapeRule = (call) => [shaped(call, call.inputs[0].shape)];

const resize: ShapeRule = (call) => {
  const [n, , , c] = call.inputs[0].shape;
  return [shaped(call, [n, ...numbersOf(call, 1), c])];
};

const normalisation = (outputs: number): ShapeRule => (call) => {
  const { shape } = call.inputs[0];
  const channels = floats([shape[3]]);
  return [shaped(call, shape), ...Array.from({ length: outputs - 1 }, () => channels)];
};

const space = (change: (n: number, block: number) => number, channels: (c: number, block: number) => number): ShapeRule => (call) => {
  const [n, h, w, c] = call.inputs[0].shape;
  const block = intOf(call, 'block_size');
  return [shaped(call, [n, change(h, block), change(w, block), channels(c, block * block)])];
};

/** Convolutions, pools, resizing and normalisation of images [N, H, W, C]. */
export const imageShapes: ShapeRules = {
  Conv2D: convolution((filter) => filter[3]),
  DepthwiseConv2dNative: convolution((filter) => filter[2] * filter[3]),
  Conv2DBackpropInput: given(0), Conv2DBackpropFilter: given(1),
  DepthwiseConv2dNativeBackpropInput: given(0), DepthwiseConv2dNativeBackpropFilter: given(1),
  AvgPool: pool, MaxPool: pool,
  AvgPoolGrad: given(0),
  MaxPoolGrad: likeFirst,
  MaxPoolGradGrad: (call) => [shaped(call, call.inputs[1].shape)],
  ResizeBilinear: resize, ResizeNearestNeighbor: resize,
  ResizeBilinearGrad: (call) => [floats(call.inputs[1].shape)],
  ResizeNearestNeighborGrad: (call) => {
    const [n, , , c] = call.inputs[0].shape;
    return [shaped(call, [n, ...numbersOf(call, 1), c])];
  },
  FusedBatchNorm: normalisation(5),
  FusedBatchNormV3: (call) => [...normalisation(5)(call), floats([0])],
  FusedBatchNormGradV3: (call) => {
    const [, { shape }] = call.inputs;
    const none = floats([0]);
    return [floats(shape), floats([shape[3]]), floats([shape[3]]), none, none];
  },
  BiasAddGrad: (call) => [shaped(call, call.inputs[0].shape.slice(-1))],
  DepthToSpace: space((n, b) => n * b, (c, bb) => c / bb),
  SpaceToDepth: space((n, b) => n / b, (c, bb) => c * bb),
};
