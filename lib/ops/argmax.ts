import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { stopGradient } from './kernels/stop-gradient.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { rowsAcrossAxis } from './shared/rows.ts';

export const argmax = defineOp({
  name: 'argmax',
  doc: 'Position of the largest entry along one axis, as int32; the first of equals.',
  source: 'torch.argmax',
  attrs: { axis: axisAttr },
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: ({ axis }, [x]) => {
    const at = axisIndex(axis, x.length);
    return [x.filter((_, i) => i !== at)];
  },
  dtypes: () => ['int32'],
  build: ({ axis }) => ([x]) => [tf.argMax(stopGradient(x), axisIndex(axis, x.rank))],
  traits: { rows: rowsAcrossAxis, nondifferentiable: true },
  examples: [
    { attrs: { axis: 1 }, in: [['N', 77]], out: [['N']] },
    { attrs: { axis: 'channels' }, in: [[2, 3, 5, 4]], out: [[2, 3, 5]] },
    { attrs: { axis: -1 }, in: [[3, 6]], out: [[3]], values: [{ below: 100 }] },
  ],
});
