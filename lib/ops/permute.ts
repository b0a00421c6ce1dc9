import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { rowsOfPermute } from './shared/rows.ts';

export const permute = defineOp({
  name: 'permute',
  doc: 'The axes in another order: output axis i is input axis `order[i]`.',
  source: 'torch.permute',
  attrs: { order: { type: 'array', items: { type: 'integer', minimum: 0 }, description: 'Every axis once, counted from 0.' } },
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: ({ order }, [x]) => {
    const all = new Set(order).size === order.length && order.every((i) => i < x.length);
    if (order.length !== x.length || !all) throw new ShapeError(`the axes 0 to ${x.length - 1}, each once`, `[${order.join(', ')}]`);
    return [order.map((i) => x[i])];
  },
  build: ({ order }) => ([x]) => [tf.transpose(x, [...order])],
  traits: { rows: rowsOfPermute },
  examples: [
    { attrs: { order: [0, 3, 1, 2] }, in: [['N', 'H', 'W', 'C']], out: [['N', 'C', 'H', 'W']] },
    { attrs: { order: [0, 2, 1] }, in: [[2, 5, 3]], out: [[2, 3, 5]] },
  ],
});
