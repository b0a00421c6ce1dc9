import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { dimText } from '../shape/dim.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { exactQuotient } from './shared/dims.ts';
import { rowsOfSwappedHalves } from './shared/rows.ts';

export const swapHalves = defineOp({
  name: 'swap-halves',
  doc: 'Swaps the two halves of an axis. With both directions of a swap stacked on the batch axis it gives each sample its counterpart.',
  source: 'torch.cat([x[n / 2:], x[:n / 2]])',
  attrs: { axis: { ...axisAttr, default: 'batch' } },
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: ({ axis }, [x]) => {
    const size = x[axisIndex(axis, x.length)];
    // A symbolic size may turn out even; the halves are checked again when it is known.
    if (typeof size === 'number' && exactQuotient(size, 2) === undefined) throw new ShapeError('an even size', dimText(size));
    return [x];
  },
  build: ({ axis }) => ([x]) => {
    const at = axisIndex(axis, x.rank);
    if (x.shape[at] % 2 !== 0) throw new ShapeError('an even size', String(x.shape[at]));
    const [first, second] = tf.split(x, 2, at);
    return [tf.concat([second, first], at)];
  },
  traits: { rows: rowsOfSwappedHalves },
  examples: [
    { in: [[4, 8]], out: [[4, 8]] },
    { in: [[6, 3, 5, 2]], out: [[6, 3, 5, 2]] },
    { attrs: { axis: -1 }, in: [['N', 6]], out: [['N', 6]] },
  ],
});
