import { DTYPE, type Attributes } from '../../../lib/compile/graph/graph.ts';

/** A float input or output: of the dtype under test, or float32 always. */
export interface Float {
  readonly shape: readonly number[];
  readonly f32?: boolean;
}

/** One kernel to time. */
export interface KernelCase {
  readonly name: string;
  readonly op: string;
  readonly in: readonly (Float | { readonly ints: readonly number[]; readonly shape?: readonly number[] })[];
  readonly out: readonly Float[];
  readonly at?: (dtype: number) => Attributes;
}

const [F, I] = [DTYPE.float32, DTYPE.int32];
/** The attribute of most operations. */
export const T = (t: number): Attributes => ({ T: { type: t } });
const x = { shape: [8, 128, 128, 32] }, c = { shape: [32] };
const same = { padding: { text: 'SAME' }, strides: { ints: [1, 1, 1, 1] }, data_format: { text: 'NHWC' }, dilations: { ints: [1, 1, 1, 1] }, use_cudnn_on_gpu: { flag: true } };
const p = (ints: number[], shape?: number[]) => ({ ints, shape });
const channels = (n: number): Float[] => Array.from({ length: n }, () => ({ shape: [32], f32: true }));

export const kernelCases: readonly KernelCase[] = [
  { name: 'conv3x3 128 32->32', op: 'Conv2D', in: [x, { shape: [3, 3, 32, 32] }], out: [x], at: (t) => ({ ...T(t), ...same }) },
  { name: 'conv3x3 64 128->128', op: 'Conv2D', in: [{ shape: [8, 32, 32, 128] }, { shape: [3, 3, 128, 128] }], out: [{ shape: [8, 32, 32, 128] }], at: (t) => ({ ...T(t), ...same }) },
  { name: 'conv7x7 128 32->3', op: 'Conv2D', in: [x, { shape: [7, 7, 32, 3] }], out: [{ shape: [8, 128, 128, 3] }], at: (t) => ({ ...T(t), ...same }) },
  { name: 'conv7x7 128 3->32', op: 'Conv2D', in: [{ shape: [8, 128, 128, 3] }, { shape: [7, 7, 3, 32] }], out: [x], at: (t) => ({ ...T(t), ...same }) },
  { name: 'filtergrad 32', op: 'Conv2DBackpropFilter', in: [x, p([3, 3, 32, 32]), x], out: [{ shape: [3, 3, 32, 32] }], at: (t) => ({ ...T(t), ...same }) },
  { name: 'filtergrad 128', op: 'Conv2DBackpropFilter', in: [{ shape: [8, 32, 32, 128] }, p([3, 3, 128, 128]), { shape: [8, 32, 32, 128] }], out: [{ shape: [3, 3, 128, 128] }], at: (t) => ({ ...T(t), ...same }) },
  { name: 'filtergrad 3->32 7x7', op: 'Conv2DBackpropFilter', in: [{ shape: [8, 128, 128, 3] }, p([7, 7, 3, 32]), x], out: [{ shape: [7, 7, 3, 32] }], at: (t) => ({ ...T(t), ...same }) },
  { name: 'filtergrad 32->3 7x7', op: 'Conv2DBackpropFilter', in: [x, p([7, 7, 32, 3]), { shape: [8, 128, 128, 3] }], out: [{ shape: [7, 7, 32, 3] }], at: (t) => ({ ...T(t), ...same }) },
  { name: 'inputgrad 32', op: 'Conv2DBackpropInput', in: [p([8, 128, 128, 32]), { shape: [3, 3, 32, 32] }, x], out: [x], at: (t) => ({ ...T(t), ...same }) },
  { name: 'inputgrad 128', op: 'Conv2DBackpropInput', in: [p([8, 32, 32, 128]), { shape: [3, 3, 128, 128] }, { shape: [8, 32, 32, 128] }], out: [{ shape: [8, 32, 32, 128] }], at: (t) => ({ ...T(t), ...same }) },
  { name: 'inputgrad 32->3 7x7', op: 'Conv2DBackpropInput', in: [p([8, 128, 128, 32]), { shape: [7, 7, 32, 3] }, { shape: [8, 128, 128, 3] }], out: [x], at: (t) => ({ ...T(t), ...same }) },
  { name: 'matmul', op: 'MatMul', in: [{ shape: [512, 512] }, { shape: [512, 512] }], out: [{ shape: [512, 512] }], at: T },
  { name: 'batchmatmul', op: 'BatchMatMulV2', in: [{ shape: [8, 256, 256] }, { shape: [8, 256, 256] }], out: [{ shape: [8, 256, 256] }], at: T },
  { name: 'cast f32->T', op: 'Cast', in: [{ ...x, f32: true }], out: [x], at: (t) => ({ SrcT: { type: F }, DstT: { type: t === F ? I : t }, Truncate: { flag: false } }) },
  { name: 'cast T->f32', op: 'Cast', in: [x], out: [{ ...x, f32: true }], at: (t) => ({ SrcT: { type: t }, DstT: { type: t === F ? I : F }, Truncate: { flag: false } }) },
  ...['Add', 'AddV2', 'Mul', 'Sub', 'RealDiv', 'Maximum'].map((op): KernelCase => ({ name: op, op, in: [x, x], out: [x], at: T })),
  ...['Add', 'Mul'].map((op): KernelCase => ({ name: op + ' [8,1,1,32]', op, in: [x, { shape: [8, 1, 1, 32] }], out: [x], at: T })),
  { name: 'Mul scalar', op: 'Mul', in: [x, { shape: [] }], out: [x], at: T },
  { name: 'AddN 3', op: 'AddN', in: [x, x, x], out: [x], at: (t) => ({ ...T(t), N: { int: 3 } }) },
  { name: 'BiasAdd', op: 'BiasAdd', in: [x, c], out: [x], at: T },
  { name: 'BiasAddGrad', op: 'BiasAddGrad', in: [x], out: [c], at: T },
  { name: 'Sum hw', op: 'Sum', in: [x, p([1, 2])], out: [{ shape: [8, 32] }], at: (t) => ({ ...T(t), Tidx: { type: I }, keep_dims: { flag: false } }) },
  { name: 'Sum nhw', op: 'Sum', in: [x, p([0, 1, 2])], out: [c], at: (t) => ({ ...T(t), Tidx: { type: I }, keep_dims: { flag: false } }) },
  { name: 'Mean all', op: 'Mean', in: [x, p([0, 1, 2, 3])], out: [{ shape: [] }], at: (t) => ({ ...T(t), Tidx: { type: I }, keep_dims: { flag: false } }) },
  ...['Relu', 'LeakyRelu', 'Neg', 'Square', 'Tanh', 'Sigmoid', 'Exp', 'Abs', 'Sign', 'Softplus', 'Sqrt', 'Rsqrt', 'Identity', 'Elu', 'Erf'].map((op): KernelCase => ({ name: op, op, in: [x], out: [x], at: T })),
  ...['ReluGrad', 'LeakyReluGrad', 'TanhGrad', 'SigmoidGrad'].map((op): KernelCase => ({ name: op, op, in: [x, x], out: [x], at: T })),
  { name: 'MirrorPad', op: 'MirrorPad', in: [x, p([0, 0, 1, 1, 1, 1, 0, 0], [4, 2])], out: [{ shape: [8, 130, 130, 32] }], at: (t) => ({ ...T(t), Tpaddings: { type: I }, mode: { text: 'REFLECT' } }) },
  { name: 'MirrorPadGrad', op: 'MirrorPadGrad', in: [{ shape: [8, 130, 130, 32] }, p([0, 0, 1, 1, 1, 1, 0, 0], [4, 2])], out: [x], at: (t) => ({ ...T(t), Tpaddings: { type: I }, mode: { text: 'REFLECT' } }) },
  { name: 'PadV2', op: 'PadV2', in: [x, p([0, 0, 1, 1, 1, 1, 0, 0], [4, 2]), { shape: [] }], out: [{ shape: [8, 130, 130, 32] }], at: (t) => ({ ...T(t), Tpaddings: { type: I } }) },
  { name: 'Pad', op: 'Pad', in: [x, p([0, 0, 1, 1, 1, 1, 0, 0], [4, 2])], out: [{ shape: [8, 130, 130, 32] }], at: (t) => ({ ...T(t), Tpaddings: { type: I } }) },
  { name: 'ConcatV2 c', op: 'ConcatV2', in: [x, x, p([3], [])], out: [{ shape: [8, 128, 128, 64] }], at: (t) => ({ ...T(t), N: { int: 2 }, Tidx: { type: I } }) },
  { name: 'Slice', op: 'Slice', in: [x, p([0, 0, 0, 0]), p([8, 128, 128, 16])], out: [{ shape: [8, 128, 128, 16] }], at: (t) => ({ ...T(t), Index: { type: I } }) },
  { name: 'ConcatV2 n', op: 'ConcatV2', in: [x, x, p([0], [])], out: [{ shape: [16, 128, 128, 32] }], at: (t) => ({ ...T(t), N: { int: 2 }, Tidx: { type: I } }) },
  { name: 'Transpose', op: 'Transpose', in: [x, p([0, 3, 1, 2])], out: [{ shape: [8, 32, 128, 128] }], at: (t) => ({ ...T(t), Tperm: { type: I } }) },
  { name: 'BroadcastTo', op: 'BroadcastTo', in: [{ shape: [8, 1, 1, 32] }, p([8, 128, 128, 32])], out: [x], at: (t) => ({ ...T(t), Tidx: { type: I } }) },
  { name: 'Tile', op: 'Tile', in: [{ shape: [8, 1, 128, 32] }, p([1, 128, 1, 1])], out: [x], at: (t) => ({ ...T(t), Tmultiples: { type: I } }) },
  { name: 'ResizeNearest', op: 'ResizeNearestNeighbor', in: [{ shape: [8, 64, 64, 32] }, p([128, 128])], out: [x], at: T },
  { name: 'ResizeNearestGrad', op: 'ResizeNearestNeighborGrad', in: [x, p([64, 64])], out: [{ shape: [8, 64, 64, 32] }], at: T },
  { name: 'ResizeBilinear', op: 'ResizeBilinear', in: [{ shape: [8, 64, 64, 32] }, p([128, 128])], out: [{ ...x, f32: true }], at: T },
  { name: 'ResizeBilinearGrad', op: 'ResizeBilinearGrad', in: [{ ...x, f32: true }, { shape: [8, 64, 64, 32] }], out: [{ shape: [8, 64, 64, 32] }], at: T },
  { name: 'AvgPool', op: 'AvgPool', in: [x], out: [{ shape: [8, 64, 64, 32] }], at: (t) => ({ ...T(t), ksize: { ints: [1, 2, 2, 1] }, strides: { ints: [1, 2, 2, 1] }, padding: { text: 'VALID' } }) },
  { name: 'MaxPool', op: 'MaxPool', in: [x], out: [{ shape: [8, 64, 64, 32] }], at: (t) => ({ ...T(t), ksize: { ints: [1, 2, 2, 1] }, strides: { ints: [1, 2, 2, 1] }, padding: { text: 'VALID' } }) },
  { name: 'Softmax', op: 'Softmax', in: [x], out: [x], at: T },
  { name: 'DepthToSpace', op: 'DepthToSpace', in: [{ shape: [8, 64, 64, 128] }], out: [x], at: (t) => ({ ...T(t), block_size: { int: 2 } }) },
  { name: 'Depthwise', op: 'DepthwiseConv2dNative', in: [x, { shape: [3, 3, 32, 1] }], out: [x], at: (t) => ({ ...T(t), padding: { text: 'SAME' }, strides: { ints: [1, 1, 1, 1] } }) },
  ...[false, true].map((training): KernelCase => ({
    name: `FusedBatchNorm ${training ? 'training' : 'stored'}`, op: 'FusedBatchNormV3', in: [x, ...channels(4)], out: [x, ...channels(5)],
    at: (t) => ({ ...T(t), U: { type: F }, is_training: { flag: training }, epsilon: { float: 1e-5 } }),
  })),
  { name: 'FusedBNGrad', op: 'FusedBatchNormGradV3', in: [x, x, ...channels(4)], out: [x, ...channels(4)], at: (t) => ({ ...T(t), U: { type: F }, is_training: { flag: true }, epsilon: { float: 1e-5 } }) },
];
