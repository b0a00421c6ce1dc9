import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { stream } from '../../lib/random/stream.ts';
import type { BuildContext } from '../../lib/registry/op.ts';
import { fill, type Numbers, type OpCase } from './case.ts';

/** The tensors that gradients are taken of, by name (`input 0`, `weight kernel`), and the fixed ones. */
export interface Arguments {
  readonly free: Readonly<Record<string, Tensor>>;
  readonly fixed: Readonly<Record<string, Tensor>>;
}

export interface Draw {
  readonly kind: string;
  readonly purpose: string;
  readonly numbers: Numbers;
}

export interface Trace {
  readonly statistics: Record<string, Tensor>;
  readonly draws: Draw[];
}

export const newTrace = (): Trace => ({ statistics: {}, draws: [] });

export function toTensor({ shape, dtype, data }: Numbers): Tensor {
  return tf.tensor(data, [...shape], dtype);
}

/** Float inputs and trainable weights are free; integers and buffers are fixed. */
export function argumentsOf(c: OpCase): Arguments {
  const free: Record<string, Tensor> = {};
  const fixed: Record<string, Tensor> = {};
  c.inputs.forEach((x, i) => {
    if (x !== null) (x.dtype === 'float32' ? free : fixed)[`input ${i}`] = toTensor(x);
  });
  for (const [name, w] of Object.entries(c.weights)) (c.trainable.includes(name) ? free : fixed)[`weight ${name}`] = toTensor(w);
  return { free, fixed };
}

/** The op as a function of its free arguments. */
export function evaluator(c: OpCase, { fixed }: Arguments, trace: Trace = newTrace()): (free: Readonly<Record<string, Tensor>>) => readonly Tensor[] {
  const run = c.op.build(c.attrs, c.names);
  return (free) => {
    const all = { ...fixed, ...free };
    const inputs = c.inputs.map((_, i) => all[`input ${i}`]);
    const weights = Object.fromEntries(Object.keys(c.weights).map((name) => [name, all[`weight ${name}`]]));
    return run(inputs, weights, contextOf(c, trace));
  };
}

function contextOf(c: OpCase, trace: Trace): BuildContext {
  return {
    statistics: c.statistics,
    training: c.training,
    recordStatistic: (weight, value) => { trace.statistics[weight] = value; },
    random: (kind, shape, purpose = '') => {
      const numbers = fill(shape, stream(7, c.op.name, purpose), (r) => (kind === 'normal' ? r.normal() : r.uniform()));
      trace.draws.push({ kind, purpose, numbers });
      return toTensor(numbers);
    },
  };
}

/** A fixed cotangent for the k-th output, so that sum(output * cotangent) is one number to differentiate. */
export function cotangent(c: OpCase, k: number, shape: readonly number[]): Numbers {
  return fill(shape, stream(11, c.title, k), (r) => r.normal());
}

/** Sum over all float outputs of output times cotangent. */
export function projection(c: OpCase, outputs: readonly Tensor[]): Tensor {
  const parts = outputs.flatMap((y, k) => (y.dtype === 'float32' ? [tf.sum(tf.mul(y, toTensor(cotangent(c, k, y.shape))))] : []));
  return parts.reduce((a, b) => tf.add(a, b));
}

/** Gradients of the scalar `f` by name; where the tape does not reach an argument, zeros. */
export function gradientsOf(f: (free: Readonly<Record<string, Tensor>>) => Tensor, free: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const names = Object.keys(free);
  const zeros = (name: string): Tensor => tf.zerosLike(free[name]);
  if (names.length === 0) return {};
  try {
    const { grads } = tf.engine().gradients(() => f(free) as never, names.map((n) => free[n]), undefined, true);
    return Object.fromEntries(names.map((name, i) => [name, (grads[i] as Tensor | undefined) ?? zeros(name)]));
  } catch (error) {
    throw new Error(`gradient: ${(error as Error).message}`, { cause: error });
  }
}
