import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { dimText, isConcrete, multiplyDims, type Dim } from '../shape/dim.ts';
import { softmax } from './kernels/softmax.ts';
import { requireRank, requireSameDim } from './shared/shapes.ts';

export const attention = defineOp({
  name: 'attention',
  doc:
    'Scaled dot-product attention of several heads: softmax(q k^T / sqrt(C / heads)) v for queries [N, T, C], keys [N, S, C] and values '
    + '[N, S, V]; the linear maps around it are layers of their own.',
  source: 'Vaswani et al. 2017; torch.nn.functional.scaled_dot_product_attention',
  attrs: {
    heads: { type: 'integer', minimum: 1, default: 1, description: 'Heads, each with its share of the channels.' },
    causal: { type: 'boolean', default: false, description: 'Position t sees the positions up to t only; T and S are then equal.' },
  },
  inputs: [{ name: 'q', doc: 'Queries.' }, { name: 'k', doc: 'Keys.' }, { name: 'v', doc: 'Values.' }],
  shape: (a, [q, k, v]) => {
    for (const x of [q, k, v]) requireRank(x, 3, 3);
    requireSameDim('as many channels as the queries,', q[2], k[2]);
    requireSameDim('as many values as keys,', k[1], v[1]);
    for (const x of [k, v]) requireSameDim('as many samples as the queries,', q[0], x[0]);
    for (const c of [q[2], v[2]]) requireHeads(c, a.heads);
    if (a.causal) requireSameDim('as many keys as queries,', q[1], k[1]);
    return [[q[0], q[1], v[2]]];
  },
  macs: (_a, [q, k, v]) => multiplyDims(q[0], q[1], k[1], isConcrete(q[2]) && isConcrete(v[2]) ? q[2] + v[2] : multiplyDims(2, q[2])),
  build: (a) => ([q, k, v]) => {
    const [n, t] = q.shape as [number, number];
    const perHead = (x: Tensor): Tensor => tf.transpose(tf.reshape(x, [n, x.shape[1] as number, a.heads, -1]), [0, 2, 1, 3]);
    const scores = tf.mul(tf.matMul(perHead(q), perHead(k), false, true), 1 / Math.sqrt((q.shape[2] as number) / a.heads));
    const weights = softmax(a.causal ? tf.add(scores, futureMask(t)) : scores);
    return [tf.reshape(tf.transpose(tf.matMul(weights, perHead(v)), [0, 2, 1, 3]), [n, t, v.shape[2] as number])];
  },
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 5, 6], ['N', 5, 6], ['N', 5, 6]], out: [['N', 5, 6]] },
    { attrs: { heads: 2 }, in: [[2, 3, 8], [2, 4, 8], [2, 4, 6]], out: [[2, 3, 6]] },
    { attrs: { heads: 2, causal: true }, in: [[2, 4, 6], [2, 4, 6], [2, 4, 6]], out: [[2, 4, 6]] },
  ],
});

function requireHeads(c: Dim, heads: number): void {
  if (heads > 1 && isConcrete(c) && c % heads !== 0) throw new ShapeError(`channels that divide into ${heads} heads`, dimText(c));
}

// Large enough that its exponential is 0 beside any score, small enough to stay finite.
const UNSEEN = -1e9;

/** [1, 1, t, t]: 0 up to the diagonal, `UNSEEN` above it. */
function futureMask(t: number): Tensor {
  const values = Float32Array.from({ length: t * t }, (_, i) => (i % t > Math.floor(i / t) ? UNSEEN : 0));
  return tf.tensor(values, [1, 1, t, t]);
}
