import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { floorDivide, isConcrete } from '../shape/dim.ts';
import { shapeText } from '../shape/shape.ts';
import { approximateAttribute, geluOf } from './shared/gelu.ts';
import { rowsOfVectors } from './shared/rows.ts';
import { requireRank } from './shared/shapes.ts';

export const geglu = defineOp({
  name: 'geglu',
  doc: 'The first half of the last axis times the GELU of the second half.',
  source: 'Shazeer 2020; the feed-forward layers of Stable Diffusion (diffusers, GEGLU)',
  attrs: { approximate: approximateAttribute },
  inputs: ['x'],
  shape: (_a, [x]) => {
    requireRank(x, 1);
    const c = x[x.length - 1];
    if (isConcrete(c) && c % 2 !== 0) throw new ShapeError('an even number of channels', shapeText(x));
    return [[...x.slice(0, -1), floorDivide(c, 2)]];
  },
  build: (a) => ([x]) => {
    const [value, gate] = tf.split(x, 2, x.rank - 1);
    return [tf.mul(value, geluOf(gate, a.approximate))];
  },
  traits: { rows: rowsOfVectors },
  examples: [
    { in: [['N', 'T', 6]], out: [['N', 'T', 3]] },
    { attrs: { approximate: 'tanh' }, in: [[2, 4]], out: [[2, 2]] },
  ],
});
