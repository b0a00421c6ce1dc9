import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';

export const oneHot = defineOp({
  name: 'one-hot',
  doc: 'Each integer as a vector with a 1 at that position and 0 elsewhere, on a new last axis.',
  source: 'torch.nn.functional.one_hot',
  attrs: { depth: { type: 'integer', minimum: 1, description: 'Length of the vectors: number of classes.' } },
  inputs: [{ name: 'x', dtype: 'int32' }],
  shape: ({ depth }, [x]) => [[...x, depth]],
  dtypes: () => ['float32'],
  build: ({ depth }) => ([x]) => {
    // As int32 first: wasm writes integers into a float32 result.
    const rows = tf.oneHot(tf.reshape(x, [x.size]) as Tensor1D, depth, 1, 0, 'int32');
    return [tf.cast(tf.reshape(rows, [...x.shape, depth]), 'float32')];
  },
  traits: { rows: 'each', nondifferentiable: true },
  examples: [
    { attrs: { depth: 19 }, in: [['N', 'H', 'W']], out: [['N', 'H', 'W', 19]], values: [{ below: 19 }] },
    { attrs: { depth: 4 }, in: [[5]], out: [[5, 4]], values: [{ below: 4 }] },
  ],
});
