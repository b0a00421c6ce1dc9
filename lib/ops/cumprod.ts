import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { rowsAcrossAxis } from './shared/rows.ts';

export const cumprod = defineOp({
  name: 'cumprod',
  doc: 'Running products along one axis; the gradient is right at zeros too.',
  source: 'torch.cumprod',
  attrs: { axis: axisAttr },
  inputs: ['x'],
  shape: ({ axis }, [x]) => {
    axisIndex(axis, x.length);
    return [x];
  },
  build: ({ axis }) => ([x]) => [runningProduct(x, axisIndex(axis, x.rank))],
  traits: { rows: rowsAcrossAxis },
  examples: [
    { attrs: { axis: -1 }, in: [['N', 'C']], out: [['N', 'C']] },
    { attrs: { axis: 1 }, in: [[2, 5, 3]], out: [[2, 5, 3]] },
  ],
});

/** By doubling, in log2(size) steps: after step k each entry is the product of the 2^k up to it (Hillis and Steele, 1986). */
function runningProduct(x: Tensor, axis: number): Tensor {
  const size = x.shape[axis];
  let product = x;
  for (let reach = 1; reach < size; reach *= 2) {
    const kept = tf.slice(product, x.shape.map(() => 0), x.shape.map((d, i) => (i === axis ? size - reach : d)));
    const shifted = tf.pad(kept, x.shape.map((_, i): [number, number] => (i === axis ? [reach, 0] : [0, 0])), 1);
    product = tf.mul(product, shifted);
  }
  return product === x ? tf.clone(x) : product;
}
