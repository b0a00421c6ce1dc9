import type { Tensor } from '@tensorflow/tfjs-core';
import type { AttributeSchemas } from '../../registry/attributes.ts';
import { ShapeError, type Port } from '../../registry/op.ts';
import type { Dim } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import { boundDim } from './dims.ts';

/** The attributes of ops that make a tensor out of nothing. */
export const shapeAttrs = {
  shape: { type: 'array', items: { type: 'integer', minimum: 1, symbolic: true }, optional: true, description: 'The shape, batch axis included, as in [$N, 512]; or give the input `like`.' },
  channels: { type: 'integer', minimum: 1, optional: true, description: 'With `like`: another size for the last axis.' },
} as const satisfies AttributeSchemas;

/** The optional input whose shape is taken. */
export const likePort: Port = { name: 'like', optional: true, dtype: 'any', doc: 'A tensor with the wanted shape.' };

interface Attributes {
  readonly shape?: readonly Dim[];
  readonly channels?: number;
}

/** The shape that `shape` or `like` asks for. @throws ShapeError where neither or both are given. */
export function askedShape(a: Attributes, like: Shape | null | undefined): Dim[] {
  const given = like ?? undefined;
  if ((a.shape === undefined) === (given === undefined)) throw new ShapeError('either the attribute `shape` or the input `like`', given === undefined ? 'neither' : 'both');
  const shape = [...(a.shape ?? given ?? [])];
  if (a.channels === undefined) return shape;
  if (given === undefined || shape.length === 0) throw new ShapeError('an input `like` with at least one axis for `channels`', given === undefined ? 'no `like`' : 'a scalar');
  return [...shape.slice(0, -1), a.channels];
}

/** The same as numbers, while the op runs. */
export function drawnShape(a: Attributes, like: Tensor | null | undefined): number[] {
  return askedShape(a, like?.shape).map((d) => boundDim(d, 'a size of `shape`'));
}
