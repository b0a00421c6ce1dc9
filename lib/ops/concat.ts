import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { addDims } from '../shape/dim.ts';
import { compareShapes, shapeText } from '../shape/shape.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { withAxis } from './shared/dims.ts';
import { rowsOfConcat } from './shared/rows.ts';

export const concat = defineOp({
  name: 'concat',
  doc: 'Joins tensors along one axis, in the order given; their other axes are equal.',
  source: 'torch.cat',
  attrs: { axis: axisAttr },
  inputs: [{ name: 'items', list: true, dtype: 'any', doc: 'The tensors to join.' }],
  shape: ({ axis }, items) => {
    if (items.length === 0) throw new ShapeError('at least one tensor', 'an empty list');
    const at = axisIndex(axis, items[0].length);
    const rest = withAxis(items[0], at, 1);
    for (const item of items) {
      if (item.length !== rest.length || compareShapes(rest, withAxis(item, at, 1)) === 'different') {
        throw new ShapeError(`${shapeText(items[0])}, but for axis ${at}`, shapeText(item));
      }
    }
    return [withAxis(items[0], at, addDims(...items.map((s) => s[at])))];
  },
  build: ({ axis }) => (items) => [tf.concat([...items], axisIndex(axis, items[0].rank))],
  traits: { rows: rowsOfConcat },
  examples: [
    { attrs: { axis: 'channels' }, in: [['N', 'H', 'W', 8], ['N', 'H', 'W', 4]], out: [['N', 'H', 'W', 12]] },
    { attrs: { axis: 'batch' }, in: [[2, 5, 3, 2], [1, 5, 3, 2], [3, 5, 3, 2]], out: [[6, 5, 3, 2]] },
    { attrs: { axis: -1 }, in: [['N', 5], ['N', 3]], out: [['N', 8]] },
  ],
});
