import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { AttributeSchemas, Infer } from './attributes.ts';

/** One update of one weight, in tensors only, so that it runs eagerly and records into a compiled step alike. */
export interface UpdateInput {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  /** This weight's state, by slot name. */
  readonly slots: Readonly<Record<string, Tensor>>;
  /** What `scalars` computed for this step. */
  readonly scalars: Readonly<Record<string, Scalar>>;
}

export interface UpdateOutput {
  readonly weight: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** An update as one TensorFlow operation that changes variables in place: handles of the weight and of the slots, numbers, gradient. */
export interface NativeUpdate {
  readonly op: string;
  /** In the operation's order. */
  readonly slots: readonly string[];
  /** The operation's inputs between the slots and the gradient. */
  readonly numbers: (scalars: UpdateInput['scalars']) => readonly Scalar[];
  readonly attributes: Readonly<Record<string, boolean>>;
  /** What becomes of the weight before the operation sees it. */
  readonly before?: (weight: Tensor, scalars: UpdateInput['scalars']) => Tensor;
}

export interface OptimizerDefinition<A extends AttributeSchemas = AttributeSchemas> {
  readonly name: string;
  readonly doc: string;
  readonly source?: string;
  /** Beside the common `lr`, `clip-norm`, `clip-value`, `accumulate` and `groups`, which the training loop handles. */
  readonly attrs: A;
  /** State per weight, each of the weight's shape and zero at the start. */
  readonly slots: (attrs: Infer<A>) => readonly string[];
  /** Numbers that change with the step (from 1) and the learning rate, computed in float64 outside the graph. */
  readonly scalars: (attrs: Infer<A>, step: number, lr: number) => Readonly<Record<string, number>>;
  readonly update: (attrs: Infer<A>) => (input: UpdateInput) => UpdateOutput;
  /** The same, to rounding, for a compiled step, where TensorFlow has it for these attributes. */
  readonly native?: (attrs: Infer<A>) => NativeUpdate | undefined;
}

export type Optimizer = OptimizerDefinition<any>; // eslint-disable-line @typescript-eslint/no-explicit-any

export function defineOptimizer<const A extends AttributeSchemas>(definition: OptimizerDefinition<A>): OptimizerDefinition<A> {
  return Object.freeze(definition);
}
