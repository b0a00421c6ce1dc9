import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { asInit, initAttribute } from './shared/init.ts';

export const learned = defineOp({
  name: 'learned',
  doc: 'A weight that belongs to no layer: a class token, positions, a constant that a generator starts from.',
  source: 'torch.nn.Parameter',
  attrs: {
    shape: { type: 'array', items: { type: 'integer', minimum: 1, symbolic: true }, description: 'Its shape, without a batch axis unless you write one.' },
    init: initAttribute('zeros', 'the weight'),
  },
  inputs: [],
  shape: (a) => [a.shape],
  weights: (a) => ({ value: { shape: a.shape, init: asInit(a.init) } }),
  build: () => (_inputs, weights) => [tf.clone(weights.value)],
  examples: [{ attrs: { shape: [1, 4, 4, 8], init: { normal: 1 } }, in: [], out: [[1, 4, 4, 8]] }, { attrs: { shape: [] }, in: [], out: [[]] }],
});
