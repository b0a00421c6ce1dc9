import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, isRecording, type Kernel } from './kernel.ts';

/**
 * Functions whose derivative is cheapest from their output. tfjs's own give no second derivative and no error: what a kernel saves of its
 * outputs is not connected to its inputs on the tape. Here a recorded gradient computes the output again.
 */
export function sigmoid(x: Tensor): Tensor {
  return callKernel(sigmoidKernel, { x }, {});
}

export function tanh(x: Tensor): Tensor {
  return callKernel(tanhKernel, { x }, {});
}

export function exp(x: Tensor): Tensor {
  return callKernel(expKernel, { x }, {});
}

interface Smooth {
  readonly operation: string;
  readonly portable: (x: Tensor) => Tensor;
  /** The native operation for the gradient, which takes (y, dy); none: `slope` times dy. */
  readonly gradient?: string;
  /** The derivative from the output. */
  readonly slope: (y: Tensor) => Tensor;
  readonly again: (x: Tensor) => Tensor;
}

function smoothKernel({ operation, portable, gradient, slope, again }: Smooth): Kernel<object> {
  const name = `Swapgraph${operation}`;
  const gradientKernel: Kernel<object> = {
    name: `${name}Gradient`,
    native: (run, { dy, y }) => (gradient === undefined ? tf.mul(dy, slope(y)) : run.one(gradient, FLOAT, [y, dy])),
    portable: ({ dy, y }) => tf.mul(dy, slope(y)),
    gradient: () => ({}),
  };
  return {
    name,
    native: (run, { x }) => run.one(operation, FLOAT, [x]),
    portable: ({ x }) => portable(x),
    saveInputs: ['x'],
    saveOutputs: [true],
    gradient: (dy, [x, y]) => ({
      x: () => (isRecording() ? tf.mul(dy as Tensor, slope(again(x))) : callKernel(gradientKernel, { dy: dy as Tensor, y }, {})),
    }),
  };
}

const sigmoidKernel = smoothKernel({
  operation: 'Sigmoid', portable: (x) => tf.sigmoid(x), gradient: 'SigmoidGrad', slope: (y) => tf.mul(y, tf.sub(1, y)), again: sigmoid,
});
const tanhKernel = smoothKernel({
  operation: 'Tanh', portable: (x) => tf.tanh(x), gradient: 'TanhGrad', slope: (y) => tf.sub(1, tf.square(y)), again: tanh,
});
const expKernel = smoothKernel({ operation: 'Exp', portable: (x) => tf.exp(x), slope: (y) => y, again: exp });
