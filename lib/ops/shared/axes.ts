import type { AttributeSchema } from '../../registry/attributes.ts';
import { ShapeError } from '../../registry/op.ts';

const NAMES = ['batch', 'height', 'width', 'channels'] as const;

/** One axis: an integer (negative counts from the end), or a name on image tensors. */
export type Axis = number | (typeof NAMES)[number];

const byNumber = { type: 'integer' } as const;
const byName = { enum: NAMES } as const;

/** The attribute `axis`. */
export const axisAttr = {
  oneOf: [byNumber, byName],
  description: 'The axis: an integer (negative counts from the end), or batch, height, width, channels on images.',
} as const satisfies AttributeSchema;

/** The attribute `axes`, which may be left out to mean all. */
export const axesAttr = {
  type: 'array', items: { oneOf: [byNumber, byName] }, minItems: 1, optional: true,
  description: 'The axes to reduce; all of them where left out.',
} as const satisfies AttributeSchema;

/**
 * The axis as a number in [0, rank). `batch` is axis 0 of every tensor; `height`, `width` and `channels` are those of [N, H, W, C].
 * @throws ShapeError where the tensor has no such axis.
 */
export function axisIndex(axis: Axis, rank: number): number {
  if (typeof axis === 'string') return namedAxis(axis, rank);
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ShapeError(rank === 0 ? 'a tensor with at least one axis' : `an axis from ${-rank} to ${rank - 1}`, String(axis));
}

/** The axes as ascending numbers; all of them where `axes` is undefined. @throws ShapeError for an axis named twice. */
export function axisIndices(axes: readonly Axis[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const out = axes.map((a) => axisIndex(a, rank)).sort((a, b) => a - b);
  if (new Set(out).size !== out.length) throw new ShapeError('each axis once', `[${axes.join(', ')}]`);
  return out;
}

function namedAxis(axis: (typeof NAMES)[number], rank: number): number {
  if (axis === 'batch' && rank > 0) return 0;
  if (rank === 4) return NAMES.indexOf(axis);
  throw new ShapeError(`an image [N, H, W, C] for the axis "${axis}" (or the axis as an integer)`, `a tensor of rank ${rank}`);
}
