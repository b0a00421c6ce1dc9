import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';

export const flatten = defineOp({
  name: 'flatten',
  doc: 'All axes but the batch axis as one. Images are flattened in the order height, width, channels; a linear layer trained on channels-first features has its rows permuted when its weights are imported.',
  source: 'torch.flatten(x, 1) over channels-last data',
  attrs: {},
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: (_, [x]) => {
    if (x.length === 0) throw new ShapeError('a tensor with a batch axis', 'a scalar');
    return [[x[0], multiplyDims(...x.slice(1))]];
  },
  build: () => ([x]) => [tf.reshape(x, [x.shape[0], x.shape.slice(1).reduce((a, b) => a * b, 1)])],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 7, 5, 3]], out: [['N', 105]] },
    { in: [['N']], out: [['N', 1]] },
  ],
});
