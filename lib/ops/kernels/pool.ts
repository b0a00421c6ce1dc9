import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel, type NativeAttributes } from './kernel.ts';

interface Window {
  readonly size: number;
  readonly stride: number;
  /** The input's shape. */
  readonly shape: readonly number[];
}

/** Means of the windows that lie inside images [N, H, W, C]; differentiable to any order. */
export function averageWindows(x: Tensor, size: number, stride: number): Tensor {
  return callKernel(averageKernel, { x }, { size, stride, shape: x.shape });
}

/** Largest values of the windows that lie inside images [N, H, W, C]; differentiable to any order. */
export function largestInWindows(x: Tensor, size: number, stride: number): Tensor {
  return callKernel(maxKernel, { x }, { size, stride, shape: x.shape });
}

const averageKernel: Kernel<Window> = {
  name: 'SwapgraphAveragePool',
  native: (run, { x }, w) => run.one('AvgPool', nativeAttributes(w), [x]),
  portable: ({ x }, { size, stride }) => tf.avgPool(x as Tensor4D, size, stride, 'valid'),
  gradient: (dy, _saved, w) => ({ x: () => callKernel(averageGradientKernel, { dy: dy as Tensor }, w) }),
};

const averageGradientKernel: Kernel<Window> = {
  name: 'SwapgraphAveragePoolGradient',
  native: (run, { dy }, w) => run.one('AvgPoolGrad', nativeAttributes(w), [tf.tensor1d([...w.shape], 'int32'), dy]),
  portable: ({ dy }, w) => stock('AvgPoolGrad', { dy, input: tf.zeros([...w.shape]) }, w),
  gradient: (ddx, _saved, w) => ({ dy: () => callKernel(averageKernel, { x: ddx as Tensor }, w) }),
};

// Which pixel of a window is the largest does not change within an infinitesimal step, so further gradients of x are zero.
const maxKernel: Kernel<Window> = {
  name: 'SwapgraphMaxPool',
  native: (run, { x }, w) => run.one('MaxPool', nativeAttributes(w), [x]),
  portable: ({ x }, { size, stride }) => tf.maxPool(x as Tensor4D, size, stride, 'valid'),
  saveInputs: ['x'],
  saveOutputs: [true],
  gradient: (dy, [x, y], w) => ({ x: () => callKernel(maxGradientKernel, { dy: dy as Tensor, x, y }, w) }),
};

/** Sends each window's gradient to its largest pixel. */
const maxGradientKernel: Kernel<Window> = {
  name: 'SwapgraphMaxPoolGradient',
  native: (run, { dy, x, y }, w) => run.one('MaxPoolGrad', nativeAttributes(w), [x, y, dy]),
  portable: ({ dy, x, y }, w) => stock('MaxPoolGrad', { dy, input: x, output: y }, w),
  saveInputs: ['x', 'y'],
  gradient: (ddx, [x, y], w) => ({
    dy: () => callKernel(maxSelectKernel, { v: ddx as Tensor, x, y }, w),
    x: () => tf.zerosLike(x),
    y: () => tf.zerosLike(y),
  }),
};

/** Takes from `v` what lies where each window of `x` is largest. */
const maxSelectKernel: Kernel<Window> = {
  name: 'SwapgraphMaxPoolSelect',
  native: (run, { v, x, y }, w) => run.one('MaxPoolGradGrad', nativeAttributes(w), [x, y, v]),
  portable: ({ v, x }, { size, stride }) => {
    const { indexes, result } = tf.maxPoolWithArgmax(x as Tensor4D, size, stride, 'valid', true) as { indexes: Tensor; result: Tensor };
    return tf.reshape(tf.gather(tf.reshape(v, [v.size]), tf.reshape(indexes, [indexes.size])), result.shape);
  },
  saveInputs: ['x', 'y'],
  gradient: (dy, [x, y], w) => ({
    v: () => callKernel(maxGradientKernel, { dy: dy as Tensor, x, y }, w),
    x: () => tf.zerosLike(x),
    y: () => tf.zerosLike(y),
  }),
};

function nativeAttributes({ size, stride }: Window): NativeAttributes {
  return {
    ...FLOAT, ksize: { int: [1, size, size, 1] }, strides: { int: [1, stride, stride, 1] }, padding: { text: 'VALID' }, data_format: { text: 'NHWC' },
  };
}

function stock(kernel: string, inputs: object, { size, stride }: Window): Tensor {
  return tf.engine().runKernel(kernel, inputs as never, { filterSize: size, strides: stride, pad: 'valid' } as never) as Tensor;
}
