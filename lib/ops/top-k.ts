import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { dimText, isConcrete } from '../shape/dim.ts';
import { takeRows } from './kernels/rows.ts';
import { stopGradient } from './kernels/stop-gradient.ts';
import { rowsOfVectors } from './shared/rows.ts';
import { requireRank } from './shared/shapes.ts';

export const topK = defineOp({
  name: 'top-k',
  doc: 'The k largest entries of the last axis, in descending order, and their positions (int32).',
  source: 'torch.topk',
  attrs: { k: { type: 'integer', minimum: 1, description: 'How many.' } },
  inputs: ['x'],
  outputs: ['values', 'positions'],
  shape: ({ k }, [x]) => {
    requireRank(x, 1);
    const size = x[x.length - 1];
    if (isConcrete(size) && k > size) throw new ShapeError(`k of at most ${dimText(size)}, the size of the last axis`, String(k));
    const out = [...x.slice(0, -1), k];
    return [out, out];
  },
  dtypes: () => ['float32', 'int32'],
  build: ({ k }) => ([x]) => {
    const [size, last] = [x.size, x.shape[x.rank - 1]];
    const rows = size / last;
    const { indices } = tf.topk(stopGradient(x), k, true);
    const starts = tf.tensor2d(Array.from({ length: rows }, (_, i) => i * last), [rows, 1], 'int32');
    const flat = tf.reshape(tf.add(tf.reshape(indices, [rows, k]), starts), [rows * k]);
    return [tf.reshape(takeRows(tf.reshape(x, [size]), flat), indices.shape), indices];
  },
  traits: { rows: rowsOfVectors },
  examples: [
    { attrs: { k: 3 }, in: [['N', 10]], out: [['N', 3], ['N', 3]] },
    { attrs: { k: 1 }, in: [[2, 3, 5]], out: [[2, 3, 1], [2, 3, 1]] },
  ],
});
