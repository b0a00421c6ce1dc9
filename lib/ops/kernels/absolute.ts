import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel } from './kernel.ts';

/** |x|, whose gradient at 0 is 0 as in PyTorch (tfjs: -1, so that an L1 loss of equal images would push them apart). */
export function absolute(x: Tensor): Tensor {
  return callKernel(absoluteKernel, { x }, {});
}

const absoluteKernel: Kernel<object> = {
  name: 'SwapgraphAbs',
  native: (run, { x }) => run.one('Abs', FLOAT, [x]),
  portable: ({ x }) => tf.abs(x),
  saveInputs: ['x'],
  gradient: (dy, [x]) => ({ x: () => tf.mul(dy as Tensor, tf.sign(x)) }),
};
