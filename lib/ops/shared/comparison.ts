import { ShapeError, type Port } from '../../registry/op.ts';
import type { Shape } from '../../shape/shape.ts';
import { commonShape } from './shapes.ts';

export const otherPort: Port = { name: 'b', optional: true, dtype: 'any', doc: 'Of a’s shape, or with explicit 1s.' };

/** The shape of comparing a with b or with a number. @throws ShapeError where neither or both are given. */
export function comparedShape(attr: string, number: number | undefined, a: Shape, b: Shape | null | undefined): Shape {
  const other = b ?? undefined;
  if ((number === undefined) === (other === undefined)) {
    throw new ShapeError(`either the input b or the attribute \`${attr}\``, other === undefined ? 'neither' : 'both');
  }
  return other === undefined ? a : commonShape([a, other]);
}
