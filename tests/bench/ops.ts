// Time of the heavier ops with and without their gradient: node --import tsx tests/bench/ops.ts [N,SIDE,C] (default 4,64,256).
// Prints processor milliseconds (all threads; the median of nine) and the least wall time, next to what tfjs alone would take.
import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { batchNormalize, instanceNormalize } from '../../lib/ops/kernels/batch-norm.ts';
import { convolve } from '../../lib/ops/kernels/convolution.ts';
import { reflectPad } from '../../lib/ops/kernels/mirror-pad.ts';
import { leakyRelu } from '../../lib/ops/kernels/rectify.ts';
import { standardize } from '../../lib/ops/kernels/standardize.ts';
import { nativeEngine } from '../support/native.ts';

nativeEngine();
const [n, side, c] = (process.argv[2] ?? '4,64,256').split(',').map(Number);
const shape = [n, side, side, c];
const [x, dy] = [tf.randomNormal(shape, 0, 1, 'float32', 1), tf.randomNormal(shape, 0, 1, 'float32', 2)];
const filter = tf.randomNormal([3, 3, c, c], 0, 1, 'float32', 3);
const [scale, offset] = [tf.ones([c]), tf.zeros([c])];
const border = [1, 1, 1, 1] as const;

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function measure(name: string, f: () => Tensor | Tensor[]): void {
  const runs = Array.from({ length: 9 }, () => {
    const [cpu, wall] = [processorTime(), performance.now()];
    tf.tidy(() => { f(); });
    return { cpu: processorTime() - cpu, wall: performance.now() - wall };
  });
  const cpu = runs.map((r) => r.cpu).sort((a, b) => a - b)[4];
  console.log(`${name.padEnd(44)} cpu ${cpu.toFixed(1).padStart(7)} ms   wall ${Math.min(...runs.map((r) => r.wall)).toFixed(1).padStart(7)} ms`);
}

function both(name: string, f: (x: Tensor, w: Tensor) => Tensor, withFilter = false): void {
  measure(name, () => f(x, filter));
  measure(`${name}, and gradients`, () => (withFilter ? tf.grads((a, b) => f(a as Tensor, b as Tensor))([x, filter], dy) : tf.grad((a) => f(a as Tensor, filter))(x, dy)));
}

function naive(t: Tensor, axes: number[]): Tensor {
  const centred = tf.sub(t, tf.mean(t, axes, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), axes, true), 1e-5)));
}

both('convolution', (t, w) => convolve('full', t, w, [1, 1], border), true);
both('convolution (tfjs)', (t, w) => tf.conv2d(t as never, w as never, 1, 'same'), true);
both('convolution, reflect padding', (t, w) => convolve('full', reflectPad(t, border), w, [1, 1], [0, 0, 0, 0]), true);
both('batch norm', (t) => batchNormalize(t, scale, offset, 1e-5).y);
both('batch norm (tfjs operations)', (t) => naive(t, [0, 1, 2]));
both('instance norm, sample by sample', (t) => instanceNormalize(t, scale, offset, 1e-5));
both('instance norm, pointwise', (t) => standardize(t, { axes: [1, 2], epsilon: 1e-5 }));
both('instance norm (tfjs operations)', (t) => naive(t, [1, 2]));
both('layer norm', (t) => standardize(t, { axes: [3], epsilon: 1e-5 }));
both('leaky relu', (t) => leakyRelu(t, 0.2));
both('leaky relu (tfjs)', (t) => tf.leakyRelu(t, 0.2));
