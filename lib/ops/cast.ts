import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { stopGradient } from './kernels/stop-gradient.ts';

export const cast = defineOp({
  name: 'cast',
  doc: 'Another data type: float32 to int32 cuts decimals off, anything to bool is whether it is not 0. No gradient flows through int32 or bool.',
  source: 'torch.Tensor.to',
  attrs: { dtype: { enum: ['float32', 'int32', 'bool'], description: 'The new type.' } },
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: (_, [x]) => [x],
  dtypes: ({ dtype }) => [dtype],
  build: ({ dtype }) => ([x]) => {
    if (dtype === x.dtype) return [tf.clone(x)];
    return [dtype === 'bool' ? tf.notEqual(stopGradient(x), tf.scalar(0, x.dtype)) : tf.cast(stopGradient(x), dtype)];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { dtype: 'float32' }, in: [['N', 'H', 'W']], out: [['N', 'H', 'W']], values: [{ below: 5 }] },
    { attrs: { dtype: 'int32' }, in: [[3, 5]], out: [[3, 5]], values: [{ below: 9 }] },
    { attrs: { dtype: 'bool' }, in: [[3, 5]], out: [[3, 5]], values: [{ below: 2 }] },
  ],
});
