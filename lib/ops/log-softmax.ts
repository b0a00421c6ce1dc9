import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { sumKeeping } from './kernels/reduce.ts';
import { exp } from './kernels/smooth.ts';
import { stopGradient } from './kernels/stop-gradient.ts';
import { axisAttr, axisIndex } from './shared/axes.ts';
import { rowsAcrossAxis } from './shared/rows.ts';

export const logSoftmax = defineOp({
  name: 'log-softmax',
  doc: 'The logarithm of the softmax along one axis, without overflow.',
  source: 'torch.nn.LogSoftmax',
  attrs: { axis: { ...axisAttr, default: -1 } },
  inputs: ['x'],
  shape: (a, [x]) => {
    axisIndex(a.axis, x.length);
    return [x];
  },
  build: (a) => ([x]) => {
    const axis = axisIndex(a.axis, x.rank);
    // Shifting by the maximum changes nothing but the range, so it needs no gradient.
    const shifted = tf.sub(x, tf.max(stopGradient(x), axis, true));
    return [tf.sub(shifted, tf.log(sumKeeping(exp(shifted), [axis])))];
  },
  traits: { rows: rowsAcrossAxis },
  examples: [
    { in: [['N', 'T', 'D']], out: [['N', 'T', 'D']] },
    { attrs: { axis: 1 }, in: [[2, 5, 3]], out: [[2, 5, 3]] },
  ],
});
