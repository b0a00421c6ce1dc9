import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tf } from './tf.ts';

/** What tfjs's engine has and does not declare: the call beneath `tf.customGrad`, and its one tape. */
interface Taping {
  runKernelFunc(call: {
    readonly inputs: Readonly<Record<string, Tensor>>;
    readonly forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor[];
    readonly backwardsFunc: (dys: Tensor | Tensor[], saved: Tensor[]) => Record<string, () => Tensor>;
  }): Tensor[];
  readonly state: { activeTape: unknown; readonly gradientDepth: number };
}

const taping = (): Taping => tf.engine() as unknown as Taping;

/** A differentiable function of several outputs whose gradient is given: what `tf.customGrad` is for one output. */
export interface CustomGradient {
  /** What the gradient flows to: float32. */
  readonly inputs: readonly Tensor[];
  /** Runs off the tape; `save` keeps tensors for `backward`, in clones that lead back to them. */
  forward(save: (tensors: readonly Tensor[]) => void): readonly Tensor[];
  /** One gradient for each input from those of the outputs (zeros for outputs that nothing reads). */
  backward(dys: readonly Tensor[], saved: readonly Tensor[]): readonly Tensor[];
}

export function customGradient({ inputs, forward, backward }: CustomGradient): readonly Tensor[] {
  return taping().runKernelFunc({
    inputs: Object.fromEntries(inputs.map((t, i) => [String(i), t])),
    forwardFunc: (_backend, save) => [...forward((tensors) => save([...tensors]))],
    backwardsFunc: (dys, saved) => {
      const gradients = backward(Array.isArray(dys) ? dys : [dys], saved);
      return Object.fromEntries(gradients.map((g, i) => [String(i), () => g]));
    },
  });
}

/**
 * The gradients of `f`'s outputs, weighted by `dys`, with respect to `xs`; zeros for what the outputs do not depend on. May be called
 * inside a gradient function: tfjs has one tape, and keeps to the outer one only where it records a gradient of a gradient.
 */
export function gradientsOf(f: () => readonly Tensor[], xs: readonly Tensor[], dys: readonly Tensor[]): Tensor[] {
  if (xs.length === 0) return [];
  const { state } = taping();
  const outer = state.activeTape;
  try {
    const { grads } = tf.engine().gradients(() => joined(f(), dys), [...xs], undefined, true) as { readonly grads: readonly (Tensor | undefined)[] };
    return xs.map((x, i) => grads[i] ?? tf.zerosLike(x));
  } finally {
    if (state.gradientDepth === 0) state.activeTape = outer;
  }
}

/** A scalar whose gradient with respect to `ys` is `dys`, without the products and sums that would make it true. */
function joined(ys: readonly Tensor[], dys: readonly Tensor[]): Scalar {
  return customGradient({ inputs: ys, forward: () => [tf.scalar(0)], backward: () => dys })[0] as Scalar;
}
