import { DTYPE, type Attributes, type Value } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/shape-rule.ts';
import type { Rewriter } from '../rewriter.ts';

export const FLOAT = { T: { type: DTYPE.float32 } } satisfies Attributes;

export const channelsOf = (value: Value): number => value.shape[value.shape.length - 1];

/** A constant vector of whole numbers. */
export function ints(r: Rewriter, values: readonly number[]): Value {
  return r.graph.constant({ dtype: DTYPE.int32, shape: [values.length], data: Int32Array.from(values) });
}

export function reshape(r: Rewriter, value: Value, shape: readonly number[]): Value {
  if (value.shape.join() === shape.join()) return value;
  return r.one('Reshape', [value, ints(r, shape)], { ...FLOAT, Tshape: { type: DTYPE.int32 } });
}

export const multiply = (r: Rewriter, a: Value, b: Value): Value => r.one('Mul', [a, b], FLOAT);
export const add = (r: Rewriter, a: Value, b: Value): Value => r.one('Add', [a, b], FLOAT);

/** `value` with a bias [C] on its last axis. */
export const addBias = (r: Rewriter, value: Value, bias: Value): Value => r.one('BiasAdd', [value, bias], { ...FLOAT, data_format: { text: 'NHWC' } });

/**
 * A value that multiplies or shifts another channel by channel (the last axis; all other axes are 1), as a vector [C].
 * Undefined where it does anything else, or where the result would be larger than `x`.
 */
export function perChannel(r: Rewriter, x: Value, value: Value): Value | undefined {
  const c = channelsOf(x);
  if (value.dtype !== DTYPE.float32 || value.shape.length > x.shape.length || x.shape.length < 2) return undefined;
  if (sizeOf(value.shape) === c && channelsOf(value) === c) return reshape(r, value, [c]);
  if (sizeOf(value.shape) !== 1) return undefined;
  return r.one('BroadcastTo', [reshape(r, value, [1]), ints(r, [c])], { ...FLOAT, Tidx: { type: DTYPE.int32 } });
}
