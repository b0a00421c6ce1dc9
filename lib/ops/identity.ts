import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';

export const identity = defineOp({
  name: 'identity',
  doc: 'The input itself; gives a value a second name.',
  attrs: {},
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: (_a, [x]) => [x],
  build: () => ([x]) => [tf.clone(x)],
  traits: { rows: 'each', identityWhenStored: true },
  examples: [{ in: [['N', 3, 4, 5]], out: [['N', 3, 4, 5]] }],
});
