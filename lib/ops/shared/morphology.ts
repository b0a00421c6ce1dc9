import type { AttributeSchemas } from '../../registry/attributes.ts';
import { ShapeError } from '../../registry/op.ts';
import type { Shape } from '../../shape/shape.ts';
import { imageShape } from './shapes.ts';

export const morphologyAttrs = {
  size: { type: 'integer', minimum: 1, description: 'Window side, in pixels; odd.' },
} as const satisfies AttributeSchemas;

/** The image's own shape. @throws ShapeError for an even window, which has no middle. */
export function morphologyShape(size: number, x: Shape): Shape {
  if (size % 2 === 0) throw new ShapeError('an odd `size`', String(size));
  return imageShape(x);
}

/** Padding amounts that give every pixel a whole window. */
export function border(size: number): [number, number][] {
  const reach = (size - 1) / 2;
  return [[0, 0], [reach, reach], [reach, reach], [0, 0]];
}
