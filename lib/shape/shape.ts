import { addDims, dimText, isConcrete, multiplyDims, substitute, symbolsOf, type Dim } from './dim.ts';

/** A tensor's shape, batch first, NHWC for images. */
export type Shape = readonly Dim[];

export type DType = 'float32' | 'int32' | 'bool';

export function shapeText(shape: Shape): string {
  return `[${shape.map(dimText).join(', ')}]`;
}

/** How two dimensions compare: always equal, equal for sizes that divide well (multiples of 1024), or different. */
export type Agreement = 'equal' | 'assumed' | 'different';

// Large multiples of 1024 with distinct odd parts: two symbols never agree by accident, and strides divide them exactly.
const PROBES = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41].map((p) => p * 1024);

export function compareDims(a: Dim, b: Dim): Agreement {
  if (isConcrete(a) && isConcrete(b)) return a === b ? 'equal' : 'different';
  const difference = addDims(a, multiplyDims(b, -1));
  if (difference === 0) return 'equal';
  if (isConcrete(difference)) return 'different';
  const names = [...symbolsOf(difference)].sort();
  const agrees = (shift: number): boolean =>
    substitute(difference, new Map(names.map((name, i) => [name, PROBES[(i + shift) % PROBES.length]]))) === 0;
  return agrees(0) && agrees(1) && agrees(5) ? 'assumed' : 'different';
}

/** The weakest agreement over all axes; shapes of different rank are different. */
export function compareShapes(a: Shape, b: Shape): Agreement {
  if (a.length !== b.length) return 'different';
  const all = a.map((d, i) => compareDims(d, b[i]));
  return all.includes('different') ? 'different' : all.includes('assumed') ? 'assumed' : 'equal';
}

export function substituteShape(shape: Shape, bindings: ReadonlyMap<string, Dim>): Shape {
  return shape.map((d) => substitute(d, bindings));
}

/** Number of elements. */
export function sizeOf(shape: Shape): Dim {
  return multiplyDims(...shape);
}

/** The shape as numbers; throws where a symbol is still free. */
export function concreteShape(shape: Shape): number[] {
  return shape.map((d) => {
    if (!isConcrete(d)) throw new RangeError(`${shapeText(shape)} is not concrete: ${dimText(d)} has no value`);
    return d;
  });
}
