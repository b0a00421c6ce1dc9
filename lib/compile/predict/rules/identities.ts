import { DTYPE, type Value } from '../../graph/graph.ts';
import { broadcast, flagOf, typeOf } from '../../graph/shape-rule.ts';
import type { Rule } from '../rewriter.ts';

/** Operations that give back what they take: copies, reshapes to the same shape, parts of one, joins of one, times one, plus zero. */
export const dropIdentities: Rule = (call) => {
  const { op, inputs } = call;
  if (op === 'Identity' || (op === 'Cast' && typeOf(call, 'SrcT') === typeOf(call, 'DstT'))) return [inputs[0]];
  if (op === 'ConcatV2' && inputs.length === 2) return [inputs[0]];
  if (op === 'SplitV' && inputs[1].shape[0] === 1) return [inputs[0]];
  if ((op === 'Reshape' || op === 'BroadcastTo') && inputs[1].constant !== undefined && [...inputs[1].constant].join() === inputs[0].shape.join()) return [inputs[0]];
  if (op === 'Mul') return withoutNeutral(inputs, 1);
  return SUMS.has(op) ? withoutNeutral(inputs, 0) : undefined;
};

const SUMS = new Set(['BiasAdd', 'Add', 'AddV2']);

/** The operand that stays where the other one is nothing but the neutral number. */
function withoutNeutral([a, b]: readonly Value[], neutral: number): readonly Value[] | undefined {
  const shape = broadcast(a.shape, b.shape).join();
  const isNeutral = ({ constant }: Value): boolean => constant !== undefined && constant.every((v) => v === neutral);
  if (a.shape.join() === shape && isNeutral(b)) return [a];
  return b.shape.join() === shape && isNeutral(a) ? [b] : undefined;
}

/** Products of matrices without a batch as MatMul, which takes a bias along. */
export const plainMatMul: Rule = (call, r) => {
  if (call.op !== 'BatchMatMulV2' || call.inputs.some((v) => v.shape.length !== 2)) return undefined;
  const attributes = { T: { type: DTYPE.float32 }, transpose_a: { flag: flagOf(call, 'adj_x') }, transpose_b: { flag: flagOf(call, 'adj_y') } };
  return r.apply('MatMul', call.inputs, attributes);
};
