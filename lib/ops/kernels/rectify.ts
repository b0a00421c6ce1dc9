import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel } from './kernel.ts';
import { allAxes, sumOver } from './reduce.ts';
import { stopGradient } from './stop-gradient.ts';

/** max(x, 0); its gradient is one native pass (tfjs's own takes five) and 0 at 0, as PyTorch's. */
export function relu(x: Tensor): Tensor {
  return callKernel(reluKernel, { x }, {});
}

/** x where positive, `slope` x elsewhere; `slope` in [0, 1]. */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  return slope === 0 ? relu(x) : callKernel(leakyKernel, { x }, { slope });
}

// The gradients read the output: it has the sign of the input (slope > 0), and the input need not be kept alive.
const reluKernel: Kernel<object> = {
  name: 'SwapgraphRelu',
  native: (run, { x }) => run.one('Relu', FLOAT, [x]),
  portable: ({ x }) => tf.relu(x),
  saveOutputs: [true],
  gradient: (dy, [y]) => ({ x: () => callKernel(reluGradientKernel, { dy: dy as Tensor, y }, {}) }),
};

const reluGradientKernel: Kernel<object> = {
  name: 'SwapgraphReluGradient',
  native: (run, { dy, y }) => run.one('ReluGrad', FLOAT, [dy, y]),
  portable: ({ dy, y }) => tf.mul(dy, tf.step(y)),
  saveInputs: ['y'],
  gradient: (ddx, [y]) => ({
    dy: () => callKernel(reluGradientKernel, { dy: ddx as Tensor, y }, {}),
    y: () => tf.zerosLike(y),
  }),
};

interface Slope {
  readonly slope: number;
}

const leakyKernel: Kernel<Slope> = {
  name: 'SwapgraphLeakyRelu',
  native: (run, { x }, { slope }) => run.one('LeakyRelu', { ...FLOAT, alpha: { float: slope } }, [x]),
  portable: ({ x }, { slope }) => tf.leakyRelu(x, slope),
  saveOutputs: [true],
  gradient: (dy, [y], slope) => ({ x: () => callKernel(leakyGradientKernel, { dy: dy as Tensor, y }, slope) }),
};

const leakyGradientKernel: Kernel<Slope> = {
  name: 'SwapgraphLeakyReluGradient',
  native: (run, { dy, y }, { slope }) => run.one('LeakyReluGrad', { ...FLOAT, alpha: { float: slope } }, [dy, y]),
  portable: ({ dy, y }, { slope }) => tf.mul(dy, tf.step(y, slope)),
  saveInputs: ['y'],
  gradient: (ddx, [y], slope) => ({
    dy: () => callKernel(leakyGradientKernel, { dy: ddx as Tensor, y }, slope),
    y: () => tf.zerosLike(y),
  }),
};

/** x where positive, `slope` times x elsewhere; `slope` is [C] or [1]. The slope has the gradient at 0, as PyTorch's. */
export function prelu(x: Tensor, slope: Tensor): Tensor {
  return callKernel(preluKernel, { x, slope }, {});
}

const preluKernel: Kernel<object> = {
  name: 'SwapgraphPrelu',
  native: (_run, { x, slope }) => tf.where(tf.greater(x, 0), x, tf.mul(x, slope)),
  portable: ({ x, slope }) => tf.where(tf.greater(x, 0), x, tf.mul(x, slope)),
  saveInputs: ['x', 'slope'],
  gradient: (dy, [x, slope]) => {
    const d = dy as Tensor;
    const positive = tf.greater(stopGradient(x), 0);
    return {
      x: () => tf.where(positive, d, tf.mul(d, slope)),
      slope: () => {
        const perChannel = tf.mul(d, tf.where(positive, tf.zerosLike(x), x));
        return tf.reshape(sumOver(perChannel, slope.size === 1 ? allAxes(x) : allAxes(x).slice(0, -1)), slope.shape);
      },
    };
  },
};
