import { DTYPE } from './graph.ts';
import { broadcast, shaped, typeOf, type ShapeRule, type ShapeRules } from './shape-rule.ts';

const same: ShapeRule = (call) => [shaped(call, call.inputs[0].shape)];
const test: ShapeRule = ({ inputs: [x] }) => [{ dtype: DTYPE.bool, shape: x.shape }];
const pair: ShapeRule = (call) => [shaped(call, broadcast(call.inputs[0].shape, call.inputs[1].shape))];
const comparison: ShapeRule = ({ inputs: [a, b] }) => [{ dtype: DTYPE.bool, shape: broadcast(a.shape, b.shape) }];

const named = (rule: ShapeRule, names: string): ShapeRules => Object.fromEntries(names.split(' ').map((name) => [name, rule]));

/** Operations that work value by value. */
export const pointwiseShapes: ShapeRules = {
  ...named(same, 'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Expm1 Floor Identity Inv LeakyRelu Log Log1p LogicalNot Neg'),
  ...named(same, 'OnesLike Reciprocal Relu Relu6 Rint Round Rsqrt Selu Sigmoid Sign Sin Sinh Softplus Sqrt Square Tan Tanh ZerosLike'),
  ...named(same, 'ReluGrad LeakyReluGrad Relu6Grad EluGrad SigmoidGrad TanhGrad Softmax LogSoftmax Cumsum Cumprod ReverseV2 AddN BiasAdd ClipByValue'),
  ...named(test, 'IsFinite IsInf IsNan'),
  ...named(pair, 'Add AddV2 Sub Mul Div RealDiv FloorDiv FloorMod Mod Maximum Minimum Pow SquaredDifference DivNoNan Atan2 LogicalAnd LogicalOr'),
  ...named(comparison, 'Equal NotEqual Greater GreaterEqual Less LessEqual'),
  Cast: (call) => [{ dtype: typeOf(call, 'DstT'), shape: call.inputs[0].shape }],
  Select: ({ inputs: [, a] }) => [a],
  SelectV2: ({ inputs: [c, a, b] }) => [{ dtype: a.dtype, shape: broadcast(c.shape, broadcast(a.shape, b.shape)) }],
  // Both outputs of a Switch have the input's shape; one of them is dead.
  Switch: ({ inputs: [x] }) => [x, x],
  Merge: ({ inputs: [x] }) => [x, { dtype: DTYPE.int32, shape: [] }],
};
