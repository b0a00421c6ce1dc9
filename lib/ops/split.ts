import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { dimText, type Dim } from '../shape/dim.ts';
import { shapeText, type Shape } from '../shape/shape.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { exactQuotient, withAxis } from './shared/dims.ts';
import { rowsOfSplit } from './shared/rows.ts';
import { requireSameDim } from './shared/shapes.ts';

interface Attributes {
  readonly into?: readonly string[];
  readonly parts?: number;
  readonly sizes?: readonly number[];
}

export const split = defineOp({
  name: 'split',
  doc: 'Cuts a tensor along one axis into equal parts, or into parts of the given sizes; each part is an output port. The ports are called as `into` says, or `part-0`, `part-1`, ….',
  source: 'torch.split',
  attrs: {
    axis: axisAttr,
    into: { type: 'array', items: { type: 'string' }, minItems: 1, optional: true, description: 'Names of the parts: the output ports.' },
    parts: { type: 'integer', minimum: 1, optional: true, description: 'Number of parts, where they need no names.' },
    sizes: { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1, optional: true, description: 'Size of each part along the axis; equal where left out.' },
  },
  inputs: [{ name: 'x', dtype: 'any' }],
  outputs: (a) => a.into ?? Array.from({ length: count(a) ?? 0 }, (_, i) => `part-${i}`),
  shape: (a, [x]) => {
    const at = axisIndex(a.axis, x.length);
    return partSizes(a, x, at).map((size) => withAxis(x, at, size));
  },
  dtypes: (a, [x]) => Array.from({ length: count(a) ?? 0 }, () => x),
  build: (a) => ([x]) => tf.split(x, a.sizes === undefined ? count(a) ?? 1 : [...a.sizes], axisIndex(a.axis, x.rank)),
  traits: { rows: rowsOfSplit },
  examples: [
    { attrs: { axis: -1, into: ['gamma', 'beta'] }, in: [['N', 64]], out: [['N', 32], ['N', 32]] },
    { attrs: { axis: 'channels', parts: 3 }, in: [['N', 5, 3, 6]], out: [['N', 5, 3, 2], ['N', 5, 3, 2], ['N', 5, 3, 2]] },
    { attrs: { axis: 1, into: ['class', 'patches'], sizes: [1, 4] }, in: [['N', 5, 3]], out: [['N', 1, 3], ['N', 4, 3]] },
  ],
});

const count = (a: Attributes): number | undefined => a.into?.length ?? a.parts ?? a.sizes?.length;

function partSizes(a: Attributes, x: Shape, axis: number): readonly Dim[] {
  const n = count(a);
  if (n === undefined) throw new ShapeError('`into` (names of the parts) or `parts` (their number)', 'neither');
  if ((a.parts ?? n) !== n || (a.sizes?.length ?? n) !== n) throw new ShapeError(`${n} parts throughout`, 'other lengths of `parts` or `sizes`');
  if (a.sizes !== undefined) {
    requireSameDim(`parts that add up to axis ${axis},`, x[axis], a.sizes.reduce((s, d) => s + d, 0));
    return a.sizes;
  }
  const size = exactQuotient(x[axis], n);
  if (size === undefined) throw new ShapeError(`axis ${axis} of ${shapeText(x)} to divide into ${n} equal parts`, dimText(x[axis]));
  return Array.from({ length: n }, () => size);
}
