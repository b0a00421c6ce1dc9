import { ShapeError } from '../../registry/op.ts';
import type { Shape } from '../../shape/shape.ts';
import { requireEqual } from './shapes.ts';

/** The shape that all tensors of a list have. @throws ShapeError where they differ or there are none. */
export function equalItems(items: readonly Shape[]): Shape {
  if (items.length === 0) throw new ShapeError('at least one tensor', 'an empty list');
  for (const item of items) requireEqual(items[0], item);
  return items[0];
}
