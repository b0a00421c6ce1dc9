import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { addDims, dimText, isConcrete, subtractDims, type Dim } from '../shape/dim.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { boundDim, withAxis } from './shared/dims.ts';
import { rowsOfSlice } from './shared/rows.ts';

export const slice = defineOp({
  name: 'slice',
  doc: 'A range of one axis: `count` entries starting at `from` (negative counts from the end), or all from there on.',
  source: 'torch.narrow',
  attrs: {
    axis: axisAttr,
    from: { type: 'integer', symbolic: true, default: 0, description: 'First entry, from 0; negative counts from the end.' },
    count: { type: 'integer', minimum: 1, symbolic: true, optional: true, description: 'Number of entries; to the end where left out.' },
  },
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: ({ axis, from, count }, [x]) => {
    const at = axisIndex(axis, x.length);
    const start = startOf(from, x[at]);
    const rest = subtractDims(x[at], start);
    const size = count ?? rest;
    const outside = (isConcrete(start) && start < 0) || (isConcrete(size) && isConcrete(rest) && (size > rest || size < 1));
    if (outside) throw new ShapeError(`a range inside axis ${at} of size ${dimText(x[at])}`, `from ${dimText(from)}, count ${dimText(size)}`);
    return [withAxis(x, at, size)];
  },
  build: ({ axis, from, count }) => ([x]) => {
    const at = axisIndex(axis, x.rank);
    const start = boundDim(startOf(from, x.shape[at]), '`from`');
    const begin = withAxis(x.shape.map(() => 0), at, start) as number[];
    const size = withAxis(x.shape, at, boundDim(count ?? x.shape[at] - start, '`count`')) as number[];
    return [tf.slice(x, begin, size)];
  },
  traits: { rows: rowsOfSlice },
  examples: [
    { attrs: { axis: 1, from: 0, count: 1 }, in: [['N', 50, 8]], out: [['N', 1, 8]] },
    { attrs: { axis: 'channels', from: -2 }, in: [['N', 'H', 'W', 5]], out: [['N', 'H', 'W', 2]] },
    { attrs: { axis: 'height', from: 2, count: 3 }, in: [['N', 7, 5, 2]], out: [['N', 3, 5, 2]] },
  ],
});

const startOf = (from: Dim, size: Dim): Dim => (isConcrete(from) && from < 0 ? addDims(size, from) : from);
