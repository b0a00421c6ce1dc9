import type { Tensor } from '@tensorflow/tfjs-core';
import type { DType, Shape } from '../shape/shape.ts';
import type { AttributeSchemas, Infer } from './attributes.ts';

/** How a weight starts. Fans are read from the shape: all axes but the last are the fan-in, as in convolution and linear kernels. */
export type Init =
  | 'zeros' | 'ones' | 'he-normal' | 'he-uniform' | 'xavier-normal' | 'xavier-uniform' | 'torch-default'
  | { readonly normal: number }
  | { readonly uniform: number }
  | { readonly constant: number };

export interface WeightSpec {
  readonly shape: Shape;
  readonly init: Init;
  /** `false`: a buffer that no optimiser touches. */
  readonly trainable?: boolean;
  /** A running statistic: moves to `(1 - momentum) * old + momentum * seen` once per phase that updates its model. */
  readonly statistic?: { readonly momentum: number };
  /** Fan-in, where it is not the product of all axes but the last (`torch-default` biases, depthwise kernels). */
  readonly fanIn?: number;
}

export interface Port {
  readonly name: string;
  readonly doc?: string;
  /** May be left out. */
  readonly optional?: true;
  /** Takes any number of tensors; only the last port may. */
  readonly list?: true;
  /** Default `float32`; `any` takes all. */
  readonly dtype?: DType | 'any';
}

/** What an op may ask of the evaluation it runs in. Everything it needs is here: ops keep no state. */
export interface BuildContext {
  /** `batch`: normalise by the batch's own moments and report them; `stored`: by the running statistics. */
  readonly statistics: 'batch' | 'stored';
  /** Whether dropout and the like are active. */
  readonly training: boolean;
  /** Reports a batch moment for the running statistic `weight` of this node. */
  recordStatistic(weight: string, value: Tensor): void;
  /** Random numbers keyed by (seed, node path, purpose, step); equal in the eager and the compiled step. */
  random(kind: 'normal' | 'uniform', shape: readonly number[], purpose?: string): Tensor;
}

export interface OpExample {
  readonly attrs?: Readonly<Record<string, unknown>>;
  /** Input shapes, letters standing for symbols; a `list` port's tensors follow the others. `null`: an optional input left out. */
  readonly in: readonly (readonly (number | string)[] | null)[];
  readonly out: readonly (readonly (number | string)[])[];
  /** How test values are drawn; default `normal`. `positive`: in (0.1, 2). `unit`: in (0, 1). Or integers below a bound. */
  readonly values?: readonly ('normal' | 'positive' | 'unit' | { readonly below: number })[];
  /** Names of the free ports (`ports: 'named'`), in the order of `in`. */
  readonly names?: readonly string[];
  readonly statistics?: 'batch' | 'stored';
  readonly training?: boolean;
}

/** What distinguishes an op's behaviour; shared code reads these and never asks for a name. */
export interface OpTraits {
  /** Draws random numbers, so its path is part of its meaning. */
  readonly random?: true;
  /** No gradient flows through it (argmax, one-hot, stop-gradient). */
  readonly nondifferentiable?: true;
  /** Takes the gradient of one value with respect to another; evaluated by the compiler, not by `build`. */
  readonly higherOrder?: 'gradient';
  /** Works on lists of values while the graph is normalised; has no `build` of its own. */
  readonly listwise?: (attrs: Readonly<Record<string, unknown>>, items: readonly (readonly unknown[])[]) => readonly unknown[];
  /** With `listwise`: a result of one item is that item, not a list (`list-item`). */
  readonly unwraps?: true;
  /** The output equals the input (dropout outside training, identity): removed from predicting graphs. */
  readonly identityWhenStored?: true;
  /** What it does to the rows of a batch, with stored statistics and outside training; left out: it may mix them. */
  readonly rows?: Rows | RowRule;
}

/** Rows of an input, one after the other. */
export interface RowRange {
  readonly input: number;
  readonly from: number;
  readonly count: number;
}

/**
 * How the rows of the outputs come from those of the inputs (a row: one entry of the first axis). `each`: row i of every output
 * depends on row i of every input, or on the whole of inputs without a batch, and the op gives the same for one row alone, with the attributes
 * `attrs` where its own name the size of the batch. `copied`: every output is made of whole rows, in this order.
 */
export type Rows = 'each' | { readonly attrs: Readonly<Record<string, unknown>> } | { readonly copied: readonly (readonly RowRange[])[] };

/** Rows by attributes and concrete input shapes; undefined where rows may mix. */
export type RowRule = (attrs: Readonly<Record<string, unknown>>, inputs: readonly (Shape | undefined)[]) => Rows | undefined;

export interface OpDefinition<A extends AttributeSchemas = AttributeSchemas> {
  readonly name: string;
  /** Files may pin `name@version`; a change of meaning adds a version and keeps the old one. Default 1. */
  readonly version?: number;
  /** One or two sentences for the reference page. */
  readonly doc: string;
  /** Paper, equation or repository the definition follows. */
  readonly source?: string;
  readonly attrs: A;
  /** Declared ports in order, or `named`: any port names, as in `formula`. */
  readonly inputs: readonly (string | Port)[] | 'named';
  /** Output ports; default `['out']`. */
  readonly outputs?: readonly string[] | ((attrs: Infer<A>) => readonly string[]);
  /** Output shapes from input shapes; throws `ShapeError` with what was expected. `names` are the free ports' names. */
  readonly shape: (attrs: Infer<A>, inputs: readonly Shape[], names: readonly string[]) => readonly Shape[];
  /** Output dtypes; default: the first input's, else float32. */
  readonly dtypes?: (attrs: Infer<A>, inputs: readonly DType[]) => readonly DType[];
  readonly weights?: (attrs: Infer<A>, inputs: readonly Shape[]) => Readonly<Record<string, WeightSpec>>;
  /** Multiply-accumulates per call from concrete or symbolic shapes; default: none. */
  readonly macs?: (attrs: Infer<A>, inputs: readonly Shape[], outputs: readonly Shape[]) => Shape[number];
  /** Binds the attributes once and gives the function that runs on tensors; `names` are the free ports' names. */
  readonly build: (
    attrs: Infer<A>, names: readonly string[],
  ) => (inputs: readonly Tensor[], weights: Readonly<Record<string, Tensor>>, context: BuildContext) => readonly Tensor[];
  readonly traits?: OpTraits;
  readonly examples: readonly OpExample[];
}

/** An op with its attribute types erased, as the registry and the compiler see it. */
export type Op = OpDefinition<any>; // eslint-disable-line @typescript-eslint/no-explicit-any

/** Checks nothing at run time; gives `build`, `shape` and `weights` their attribute types. */
export function defineOp<const A extends AttributeSchemas>(definition: OpDefinition<A>): OpDefinition<A> {
  return Object.freeze(definition);
}

/** Thrown by shape rules; the compiler adds the node and its place in the file. */
export class ShapeError extends Error {
  readonly expected: string;
  readonly received: string;

  constructor(expected: string, received: string) {
    super(`expected ${expected}, received ${received}`);
    this.name = 'ShapeError';
    this.expected = expected;
    this.received = received;
  }
}

export function portsOf(op: Op): readonly Port[] {
  return op.inputs === 'named' ? [] : op.inputs.map((p) => (typeof p === 'string' ? { name: p } : p));
}

export function outputsOf(op: Op, attrs: Readonly<Record<string, unknown>>): readonly string[] {
  if (op.outputs === undefined) return ['out'];
  return typeof op.outputs === 'function' ? op.outputs(attrs) : op.outputs;
}

/** `conv2d@1`: what the IR and the hash call an op. */
export function opKey(op: Op): string {
  return `${op.name}@${op.version ?? 1}`;
}
