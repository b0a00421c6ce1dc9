import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, type Kernel } from './kernel.ts';

/** `x`, through which no gradient flows; nothing upstream of it is differentiated at all. */
export function stopGradient(x: Tensor): Tensor {
  // As an attribute the tensor is no input on the gradient tape, so the tape ends here: cheaper than a gradient of zeros.
  return callKernel(stopKernel, {}, { x });
}

const stopKernel: Kernel<{ readonly x: Tensor }> = {
  name: 'SwapgraphStopGradient',
  native: (run, _inputs, { x }) => run.one('Identity', { T: { type: x.dtype } }, [x]),
  portable: (_inputs, { x }) => tf.clone(x),
  gradient: () => ({}),
};
