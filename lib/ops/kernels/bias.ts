import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel } from './kernel.ts';
import { sumOver } from './reduce.ts';

/** Adds `bias` [C] to the last axis of `x` (rank 2 or more). As a native BiasAdd, the graph optimiser fuses it into convolutions. */
export function addBias(x: Tensor, bias: Tensor): Tensor {
  return callKernel(biasKernel, { x, bias }, {});
}

const biasKernel: Kernel<object> = {
  name: 'SwapgraphBiasAdd',
  native: (run, { x, bias }) => run.one('BiasAdd', { ...FLOAT, data_format: { text: 'NHWC' } }, [x, bias]),
  portable: ({ x, bias }) => tf.add(x, bias),
  gradient: (dy) => {
    const d = dy as Tensor;
    return { x: () => tf.clone(d), bias: () => sumOver(d, d.shape.slice(1).map((_, axis) => axis)) };
  },
};
