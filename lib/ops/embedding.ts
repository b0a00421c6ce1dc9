import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { takeRows } from './kernels/rows.ts';
import { asInit, initAttribute } from './shared/init.ts';

export const embedding = defineOp({
  name: 'embedding',
  doc: 'A learned vector for each integer below `vocabulary`: [...] to [..., units].',
  source: 'torch.nn.Embedding',
  attrs: {
    vocabulary: { type: 'integer', minimum: 1, symbolic: true, description: 'How many integers have a vector.' },
    units: { type: 'integer', minimum: 1, symbolic: true, description: 'Length of each vector.' },
    init: initAttribute({ normal: 1 }, 'the table'),
  },
  inputs: [{ name: 'ids', dtype: 'int32' }],
  shape: (a, [ids]) => [[...ids, a.units]],
  dtypes: () => ['float32'],
  weights: (a) => ({ table: { shape: [a.vocabulary, a.units], init: asInit(a.init) } }),
  build: () => ([ids], { table }) => [tf.reshape(takeRows(table, tf.reshape(ids, [-1])), [...ids.shape, table.shape[1] as number])],
  traits: { rows: 'each' },
  examples: [
    { attrs: { vocabulary: 7, units: 4 }, in: [['N', 'T']], out: [['N', 'T', 4]], values: [{ below: 7 }] },
    { attrs: { vocabulary: 3, units: 2 }, in: [['N']], out: [['N', 2]], values: [{ below: 3 }] },
  ],
});
