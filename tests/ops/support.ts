import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { stream } from '../../lib/random/stream.ts';
import { withDefaults } from '../../lib/registry/attributes.ts';
import type { BuildContext, Op } from '../../lib/registry/op.ts';

/** What an op may ask for, with draws from a fixed stream; `asked` collects the shapes it asked for. */
export function contextWith(options: { readonly training?: boolean; readonly asked?: (readonly number[])[] } = {}): BuildContext {
  return {
    statistics: 'batch',
    training: options.training ?? false,
    recordStatistic: () => undefined,
    random: (kind, shape, purpose = '') => {
      options.asked?.push(shape);
      const draw = stream(17, 'tests', purpose);
      const size = shape.reduce((n, d) => n * d, 1);
      return tf.tensor(Float32Array.from({ length: size }, () => (kind === 'normal' ? draw.normal() : draw.uniform())), [...shape]);
    },
  };
}

/** Runs `op` on tensors; `null` stands for an optional input left out. */
export function runOp(op: Op, attrs: Readonly<Record<string, unknown>>, inputs: readonly (Tensor | null)[], context = contextWith()): readonly Tensor[] {
  return op.build(withDefaults(op.attrs, attrs), [])(inputs as Tensor[], {}, context);
}

export function values(t: Tensor): number[] {
  return [...t.dataSync()];
}

/** The gradient of a sum of `f`'s outputs with respect to `x`. */
export function slope(f: (x: Tensor) => Tensor, x: Tensor): number[] {
  return values(tf.grad((t) => tf.sum(f(t)))(x));
}
