import { DTYPE, type GraphNode } from '../graph.ts';

/**
 * How an operation takes part in mixed precision.
 * - `fast`: computes in bfloat16 always, because that is what pays (sums inside are float32).
 * - `follows`: computes in bfloat16 where its large inputs are bfloat16 already, and rounds its result.
 * - `moves`: the same, but rounds nothing: it may as well be done before or after a cast.
 * All others compute in float32.
 */
export type Role = 'fast' | 'follows' | 'moves';

export interface Rule {
  readonly role: Role;
  /** Inputs of dtype T; default: all that are no numbers of shape or axis. */
  readonly inputs?: readonly number[];
  /** Outputs of dtype T; default: all. */
  readonly outputs?: readonly number[];
  /** The attribute that says the dtype; default T. */
  readonly attribute?: string;
}

/**
 * Measured with `tests/bench/bfloat16.ts` (TensorFlow 2.21, avx512_bf16): processor time of bfloat16 over float32 is 0.49 to 0.70 for
 * `fast`, 0.5 to 1.25 for the others here. Left out for their time: Tanh, Sigmoid, Exp, Elu, Erf and their gradients, Softplus (1.7 to
 * 3.9), ResizeBilinear (1.4; it gives float32 anyway). Left out for their numbers: sums, means, squares, differences, roots, which
 * make losses and the statistics of normalisation; FusedBatchNormV3 keeps its statistics in float32 by itself.
 */
const RULES: Readonly<Record<string, Rule | undefined>> = {
  ...all('fast', 'Conv2D Conv2DBackpropInput Conv2DBackpropFilter MatMul BatchMatMulV2'),
  ...all('follows', 'Add AddV2 AddN Mul BiasAdd LeakyRelu LeakyReluGrad DepthwiseConv2dNative DepthwiseConv2dNativeBackpropInput AvgPool MirrorPadGrad'),
  ...all('moves', 'Relu ReluGrad Neg Abs Pad PadV2 MirrorPad ConcatV2 SplitV Slice StridedSlice Reshape Transpose ExpandDims Squeeze'),
  ...all('moves', 'BroadcastTo Tile ResizeNearestNeighbor MaxPool DepthToSpace SpaceToDepth Identity'),
  GatherV2: { role: 'moves', inputs: [0], attribute: 'Tparams' },
  FusedBatchNormV3: { role: 'follows', inputs: [0], outputs: [0] },
  FusedBatchNormGradV3: { role: 'follows', inputs: [0, 1], outputs: [0] },
};

/** The rule for a node that computes in float32 as recorded; none where it has to stay there. */
export function ruleOf({ op, attributes }: GraphNode): Rule | undefined {
  const rule = RULES[op];
  const type = attributes[rule?.attribute ?? 'T'];
  return type && 'type' in type && type.type === DTYPE.float32 ? rule : undefined;
}

function all(role: Role, names: string): Record<string, Rule> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { role }]));
}
