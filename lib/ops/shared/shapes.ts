import { ShapeError } from '../../registry/op.ts';
import { dimText, type Dim } from '../../shape/dim.ts';
import { compareDims, shapeText, type Shape } from '../../shape/shape.ts';

export type ImageShape = readonly [n: Dim, h: Dim, w: Dim, c: Dim];

/** `shape` as an image's; throws otherwise. */
export function imageShape(shape: Shape): ImageShape {
  if (shape.length !== 4) throw new ShapeError('an image [N, H, W, C]', shapeText(shape));
  return shape as ImageShape;
}

/** Throws unless `shape` has at least `rank` axes (or at most `most`). */
export function requireRank(shape: Shape, rank: number, most = Infinity): void {
  if (shape.length >= rank && shape.length <= most) return;
  const wanted = most === rank ? `${rank} axes` : most === Infinity ? `at least ${rank} axes` : `${rank} to ${most} axes`;
  throw new ShapeError(wanted, shapeText(shape));
}

/** The common shape of tensors that are equal or have explicit ones; ranks must be equal, nothing is aligned by itself. */
export function commonShape(shapes: readonly Shape[]): Shape {
  const [first, ...rest] = shapes;
  return rest.reduce((a, b) => {
    const mismatch = (): ShapeError => new ShapeError(`${shapeText(a)}, or explicit 1s in its place`, shapeText(b));
    if (a.length !== b.length) throw mismatch();
    return a.map((d, i) => commonDim(d, b[i], mismatch));
  }, first);
}

/** Throws unless both shapes are equal. */
export function requireEqual(a: Shape, b: Shape): void {
  if (a.length === b.length && a.every((d, i) => compareDims(d, b[i]) !== 'different')) return;
  throw new ShapeError(shapeText(a), shapeText(b));
}

/** Throws unless the dimensions are equal. */
export function requireSameDim(what: string, a: Dim, b: Dim): void {
  if (compareDims(a, b) === 'different') throw new ShapeError(`${what} ${dimText(a)}`, dimText(b));
}

function commonDim(a: Dim, b: Dim, mismatch: () => ShapeError): Dim {
  if (a === 1) return b;
  if (b === 1 || compareDims(a, b) !== 'different') return a;
  throw mismatch();
}
