import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { isConcrete, multiplyDims, type Dim } from '../shape/dim.ts';
import { compareDims, shapeText, sizeOf, type Shape } from '../shape/shape.ts';
import { boundDim, exactQuotient } from './shared/dims.ts';
import { rowsOfReshape } from './shared/rows.ts';

export const reshape = defineOp({
  name: 'reshape',
  doc: 'The same numbers in the same order under another shape; one axis may be -1, which takes what is left.',
  source: 'torch.reshape',
  attrs: {
    to: {
      type: 'array', items: { type: 'integer', minimum: -1, symbolic: true },
      description: 'The new shape, batch axis included: integers and dimensions, as in [$N, $(H * W), -1].',
    },
  },
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: ({ to }, [x]) => [resolve(to, x)],
  build: ({ to }) => ([x]) => [tf.reshape(x, resolve(to, x.shape).map((d) => boundDim(d, 'a size of `to`')))],
  traits: { rows: rowsOfReshape },
  examples: [
    { attrs: { to: [-1, 49, 8] }, in: [['N', 7, 7, 8]], out: [['N', 49, 8]] },
    { attrs: { to: [-1, 1, 1, 16] }, in: [['N', 16]], out: [['N', 1, 1, 16]] },
    { attrs: { to: [] }, in: [[1, 1]], out: [[]] },
  ],
});

function resolve(to: readonly Dim[], x: Shape): Dim[] {
  const open = to.indexOf(-1);
  if (to.filter((d) => d === -1).length > 1) throw new ShapeError('one -1 at most', shapeText(to));
  const size = sizeOf(x);
  if (open < 0) {
    if (compareDims(size, sizeOf(to)) !== 'different') return [...to];
    throw new ShapeError(`as many numbers as ${shapeText(x)} has`, shapeText(to));
  }
  const known = multiplyDims(...to.filter((_, i) => i !== open));
  const rest = isConcrete(known) && known < 1 ? undefined : exactQuotient(size, known);
  if (rest === undefined) throw new ShapeError(`sizes that divide ${shapeText(x)}`, shapeText(to));
  return to.map((d, i) => (i === open ? rest : d));
}
