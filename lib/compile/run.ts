import type { Tensor } from '@tensorflow/tfjs-core';
import type { IrNode, ValueId } from '../ir/ir.ts';
import type { BuildContext } from '../registry/op.ts';

/** What an evaluation supplies: weights, modes, random numbers, and where batch moments go. */
export interface Run {
  weight(id: string): Tensor;
  /** The context an op sees at a node. */
  context(node: IrNode): BuildContext;
  /** Values that gradients are taken with respect to; default: any may be. */
  readonly toward?: ReadonlySet<ValueId>;
  /** The tensor, not to be read before others are there: what keeps a recomputation from running early or being merged away. */
  hold?(tensor: Tensor, after: readonly Tensor[]): Tensor;
}

/** A run of the same calls that reports no moments: they have been reported once. */
export function silent(run: Run): Run {
  return { ...run, context: (node) => ({ ...run.context(node), recordStatistic: () => {} }) };
}
