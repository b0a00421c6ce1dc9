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
  native: (run, { dy, x, y }, w) => (w.size === w.stride ? firstHits(dy, x, y, w.size) : run.one('MaxPoolGrad', nativeAttributes(w), [x, y, dy])),
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

/**
 * The same for windows that do not overlap, from whole-tensor comparisons: the native kernel looks at one pixel at a time and takes
 * some ten times longer. Of equal pixels the first one counts, row by row.
 */
function firstHits(dy: Tensor, x: Tensor, y: Tensor, size: number): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const [, outH, outW] = y.shape as [number, number, number, number];
  const whole = outH * size === h && outW * size === w;
  const inside = whole ? x : tf.slice(x, [0, 0, 0, 0], [n, outH * size, outW * size, c]);
  const hits = tf.equal(tf.reshape(inside, [n * outH, size, outW, size, c]), tf.reshape(y, [n * outH, 1, outW, 1, c]));
  const wanted = tf.reshape(dy, [n * outH, 1, outW, 1, c]);
  const none = tf.fill(wanted.shape, 0);
  let taken: Tensor | undefined;
  const rows = Array.from({ length: size }, (_, i) => tf.concat(Array.from({ length: size }, (__, j) => {
    const hit = tf.slice(hits, [0, i, 0, j, 0], [n * outH, 1, outW, 1, c]);
    const first = taken === undefined ? hit : tf.logicalAnd(hit, tf.logicalNot(taken));
    taken = taken === undefined ? hit : tf.logicalOr(taken, hit);
    return tf.where(first, wanted, none);
  }), 3));
  const dx = tf.reshape(tf.concat(rows, 1), [n, outH * size, outW * size, c]);
  return whole ? dx : tf.pad(dx as Tensor4D, [[0, 0], [0, h - outH * size], [0, w - outW * size], [0, 0]]);
}

function nativeAttributes({ size, stride }: Window): NativeAttributes {
  return {
    ...FLOAT, ksize: { int: [1, size, size, 1] }, strides: { int: [1, stride, stride, 1] }, padding: { text: 'VALID' }, data_format: { text: 'NHWC' },
  };
}

function stock(kernel: string, inputs: object, { size, stride }: Window): Tensor {
  return tf.engine().runKernel(kernel, inputs as never, { filterSize: size, strides: stride, pad: 'valid' } as never) as Tensor;
}
