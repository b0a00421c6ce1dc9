import { flagOf, type OperationCall } from '../../graph/shape-rule.ts';
import type { Value } from '../../graph/graph.ts';
import type { Rewriter, Rule } from '../rewriter.ts';
import { add, multiply, perChannel } from './values.ts';

/** A factor per channel behind a normalisation by its own moments (the style of AdaIN) becomes the normalisation's own. */
export const scaleInNorm: Rule = (call, r) => {
  const found = call.op === 'Mul' ? affineOfNorm(call, r) : undefined;
  if (!found) return undefined;
  const { norm: { op, attributes, inputs: [x, scale, offset, ...rest] }, vector } = found;
  const moved = offset.constant?.every((v) => v === 0) ? offset : multiply(r, offset, vector);
  return [r.one(op, [x, multiply(r, scale, vector), moved, ...rest], attributes)];
};

/** And so does a shift. */
export const shiftInNorm: Rule = (call, r) => {
  const found = SUMS.has(call.op) ? affineOfNorm(call, r) : undefined;
  if (!found) return undefined;
  const { norm: { op, attributes, inputs: [x, scale, offset, ...rest] }, vector } = found;
  return [r.one(op, [x, scale, add(r, offset, vector), ...rest], attributes)];
};

/** A shift per channel before it (the bias of a convolution) moves nothing but the mean that it takes off. */
export const dropShiftBeforeNorm: Rule = (call, r) => {
  const shift = call.op === 'FusedBatchNormV3' && flagOf(call, 'is_training') ? r.soleMaker(call.inputs[0]) : undefined;
  if (!shift || !SUMS.has(shift.op)) return undefined;
  for (const [x, other] of [shift.inputs, shift.inputs.toReversed()]) {
    const vector = x.shape.join() === call.inputs[0].shape.join() ? perChannel(r, x, other) : undefined;
    if (!vector) continue;
    const [y, mean, ...rest] = r.apply(call.op, [x, ...call.inputs.slice(1)], call.attributes);
    return [y, add(r, mean, vector), ...rest];
  }
  return undefined;
};

const SUMS = new Set(['BiasAdd', 'Add', 'AddV2']);

/** The normalisation that one operand is, and the other operand as a vector [C]. */
function affineOfNorm({ inputs }: OperationCall, r: Rewriter): { readonly norm: OperationCall; readonly vector: Value } | undefined {
  for (const [x, other] of [inputs, inputs.toReversed()]) {
    const norm = r.soleMaker(x);
    if (norm?.op !== 'FusedBatchNormV3' || !flagOf(norm, 'is_training')) continue;
    const vector = perChannel(r, x, other);
    if (vector) return { norm, vector };
  }
  return undefined;
}
