import type { Span } from '../diagnostics/diagnostic.ts';
import type { Init } from '../registry/op.ts';
import type { DType, Shape } from '../shape/shape.ts';

/**
 * The compiler's one intermediate form: a flat list of named primitive nodes in an order in which every node follows what it
 * reads. Frozen; passes return new graphs.
 */
export interface IrGraph {
  readonly name: string;
  readonly inputs: readonly IrInput[];
  readonly nodes: readonly IrNode[];
  /** Output name -> values; a list output has several. */
  readonly outputs: Readonly<Record<string, readonly ValueId[]>>;
  readonly weights: readonly IrWeight[];
  /** Sizes that were taken to be equal and are only so when they divide well; checked again when sizes are known. */
  readonly assumptions: readonly Assumption[];
}

/** `node-path:port`, `input:name` or `weight:id`. */
export type ValueId = string;

export interface IrInput {
  readonly id: ValueId;
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly span?: Span;
}

export interface IrNode {
  /** Unique dotted path: `fused.0.conv`. */
  readonly path: string;
  /** `conv2d@1`. */
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** One entry per declared port, list ports last and spliced; undefined: an optional input left out. */
  readonly inputs: readonly (ValueId | undefined)[];
  /** The names of free ports, for ops with `inputs: 'named'`. */
  readonly names: readonly string[];
  /** Local weight name -> weight id. */
  readonly weights: Readonly<Record<string, string>>;
  readonly outputs: readonly IrOutput[];
  /** The call of a model this node belongs to, in a step. */
  readonly call?: ModelCall;
  /** The name of the recomputation block this node belongs to (`remat: true`). */
  readonly remat?: string;
  /** Source: the node's own place, then the calls that led to it, innermost first. */
  readonly spans: readonly Span[];
}

export interface ModelCall {
  readonly model: string;
  /** The step node that calls it. */
  readonly path: string;
}

export interface IrOutput {
  readonly id: ValueId;
  readonly port: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface IrWeight {
  /** `kernel` under the path of its layer: `stem.conv.kernel`; in a step prefixed by its model: `generator/stem.conv.kernel`. */
  readonly id: string;
  readonly shape: Shape;
  readonly init: Init;
  readonly trainable: boolean;
  readonly momentum?: number;
  readonly fanIn?: number;
}

export interface Assumption {
  readonly left: Shape[number];
  readonly right: Shape[number];
  readonly path: string;
  readonly span?: Span;
}

export const inputId = (name: string): ValueId => `input:${name}`;
export const weightValueId = (weight: string): ValueId => `weight:${weight}`;
export const outputId = (path: string, port: string): ValueId => `${path}:${port}`;
