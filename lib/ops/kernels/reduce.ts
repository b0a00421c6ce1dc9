import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel } from './kernel.ts';

interface Axes {
  readonly axes: readonly number[];
  readonly shape: readonly number[];
}

/**
 * Sum over `axes`, which stay as ones. Differentiable to any order without the JavaScript-filled tensor of ones that tfjs's own
 * gradient of `sum` and `mean` multiplies by (20 times slower on a 4x64x64x256 tensor).
 */
export function sumKeeping(x: Tensor, axes: readonly number[]): Tensor {
  return axes.length === 0 ? tf.clone(x) : callKernel(sumKernel, { x }, { axes, shape: x.shape });
}

/** Mean over `axes`, which stay as ones. */
export function meanKeeping(x: Tensor, axes: readonly number[]): Tensor {
  return tf.mul(sumKeeping(x, axes), 1 / axes.reduce((n, axis) => n * x.shape[axis], 1));
}

/** Sum over `axes`, which are dropped; all axes give a scalar. */
export function sumOver(x: Tensor, axes: readonly number[]): Tensor {
  return dropAxes(sumKeeping(x, axes), axes);
}

/** Mean over `axes`, which are dropped; all axes give a scalar. */
export function meanOver(x: Tensor, axes: readonly number[]): Tensor {
  return dropAxes(meanKeeping(x, axes), axes);
}

/** Repeats `x` along its axes of size 1 until it has `shape` (equal rank). */
export function spread(x: Tensor, shape: readonly number[]): Tensor {
  const axes = shape.flatMap((size, axis) => (size === x.shape[axis] ? [] : [axis]));
  return axes.length === 0 ? tf.clone(x) : callKernel(spreadKernel, { x }, { axes, shape });
}

export const allAxes = (x: Tensor): number[] => x.shape.map((_, axis) => axis);

function dropAxes(x: Tensor, axes: readonly number[]): Tensor {
  return tf.reshape(x, x.shape.filter((_, axis) => !axes.includes(axis)));
}

const sumKernel: Kernel<Axes> = {
  name: 'SwapgraphSum',
  native: (run, { x }, { axes }) =>
    run.one('Sum', { ...FLOAT, Tidx: { type: 'int32' }, keep_dims: { flag: true } }, [x, tf.tensor1d([...axes], 'int32')]),
  portable: ({ x }, { axes }) => tf.sum(x, [...axes], true),
  gradient: (dy, _saved, { shape }) => ({ x: () => spread(dy as Tensor, shape) }),
};

const spreadKernel: Kernel<Axes> = {
  name: 'SwapgraphSpread',
  native: (run, { x }, { shape }) =>
    run.one('BroadcastTo', { ...FLOAT, Tidx: { type: 'int32' } }, [x, tf.tensor1d([...shape], 'int32')]),
  portable: ({ x }, { shape }) => tf.broadcastTo(x, [...shape]),
  gradient: (dy, _saved, { axes }) => ({ x: () => sumKeeping(dy as Tensor, axes) }),
};
