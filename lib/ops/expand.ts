import { defineOp, ShapeError } from '../registry/op.ts';
import { compareDims, shapeText } from '../shape/shape.ts';
import { spread } from './kernels/reduce.ts';
import { boundDim } from './shared/dims.ts';
import { rowsOfExpand } from './shared/rows.ts';

export const expand = defineOp({
  name: 'expand',
  doc: 'Repeats axes of size 1 until the tensor has the given shape of the same rank; the explicit form of broadcasting.',
  source: 'torch.expand',
  attrs: {
    to: { type: 'array', items: { type: 'integer', minimum: 1, symbolic: true }, description: 'The new shape, batch axis included, as in [$N, $H, $W, $C].' },
  },
  inputs: ['x'],
  shape: ({ to }, [x]) => {
    const fits = to.length === x.length && x.every((d, i) => d === 1 || compareDims(d, to[i]) !== 'different');
    if (!fits) throw new ShapeError(`a shape that fits ${shapeText(to)}, with 1s where it is to be repeated`, shapeText(x));
    return [to];
  },
  build: ({ to }) => ([x]) => [spread(x, to.map((d) => boundDim(d, 'a size of `to`')))],
  traits: { rows: rowsOfExpand },
  examples: [
    { attrs: { to: [2, 5, 4, 3] }, in: [[2, 1, 1, 3]], out: [[2, 5, 4, 3]] },
    { attrs: { to: [4, 6] }, in: [[1, 6]], out: [[4, 6]] },
  ],
});
