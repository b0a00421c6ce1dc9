import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel } from './kernel.ts';
import { sumKeeping } from './reduce.ts';

/** Softmax over the last axis, differentiable to any order. */
export function softmax(x: Tensor): Tensor {
  return callKernel(softmaxKernel, { x }, {});
}

// tfjs differentiates from the saved output, which its tape does not connect to the input: second gradients are lost without an
// error. From the saved input they are right, for one more forward pass.
const softmaxKernel: Kernel<object> = {
  name: 'SwapgraphSoftmax',
  native: (run, { x }) => run.one('Softmax', FLOAT, [x]),
  portable: ({ x }) => tf.softmax(x),
  saveInputs: ['x'],
  gradient: (dy, [x]) => ({
    x: () => {
      const y = softmax(x);
      return tf.mul(y, tf.sub(dy as Tensor, sumKeeping(tf.mul(dy as Tensor, y), [x.rank - 1])));
    },
  }),
};
