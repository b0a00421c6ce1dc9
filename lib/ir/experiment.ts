import type { Span } from '../diagnostics/diagnostic.ts';
import type { Data } from '../source/tree.ts';
import type { IrGraph, ValueId } from './ir.ts';
import type { MappingRule } from './mapping-rule.ts';

/** A resolved experiment: everything a run needs, as frozen data. */
export interface Experiment {
  readonly name: string;
  readonly doc: string;
  /** Hash of all that changes the result: graphs, phases, data, training; equal files of other names have equal hashes. */
  readonly hash: string;
  readonly models: Readonly<Record<string, ModelPlan>>;
  readonly data: DataPlan;
  /** All nodes of the step and of every term; outputs are the terms' values, by `phase/term/path`. */
  readonly step: IrGraph;
  readonly order: readonly string[];
  readonly phases: Readonly<Record<string, PhasePlan>>;
  readonly predict?: PredictPlan;
  readonly components: Readonly<Record<string, readonly string[]>>;
  readonly evaluate: EvaluatePlan;
  readonly train: TrainPlan;
  readonly precision: 'float32' | 'mixed-bfloat16';
}

export interface ModelPlan {
  readonly name: string;
  /** Name of the model's graph. */
  readonly graph: string;
  /** `true`: never updated, stored statistics. A list: prefixes of weight paths that stay as they are. */
  readonly frozen: boolean | readonly string[];
  /** Where its first weights come from; drawn from the seed when absent. */
  readonly weights?: string;
  /** The rules by which the graph reads checkpoints of other frameworks. */
  readonly mapping?: readonly MappingRule[];
  readonly span: Span;
}

export interface DataPlan {
  readonly dataset: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly size: number;
  readonly batch: number;
  readonly pairs: { readonly sameIdentity: number; readonly by: 'identity' | 'image' };
  readonly seed: number;
  /** Step input name -> data field such as `source.image` or `pair.same-identity`. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly span: Span;
}

export interface PhasePlan {
  readonly name: string;
  readonly update: readonly string[];
  readonly optimizer: OptimizerPlan;
  readonly terms: readonly TermPlan[];
  readonly window: Window;
  /** Step values kept from an earlier phase instead of being computed again. */
  readonly reuse: readonly ValueId[];
}

/** Steps at which a term or phase acts: from <= step < until, and (step - from) a multiple of every. */
export interface Window {
  readonly from: number;
  readonly until: number;
  readonly every: number;
}

export interface TermPlan {
  /** `tap/masked`: the path through the groups. */
  readonly path: string;
  readonly value: ValueId;
  /** Schedules that are multiplied: the term's own weight and those of its groups. */
  readonly weights: readonly Data[];
  readonly windows: readonly Window[];
}

export interface OptimizerPlan {
  readonly type: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** Learning-rate schedule as data. */
  readonly lr: Data;
  readonly clipNorm?: number;
  readonly clipValue?: number;
  /** Batches whose gradients are averaged into one update. */
  readonly accumulate: number;
  /** Other settings for weights whose path matches, first match wins. */
  readonly groups: readonly OptimizerGroup[];
}

export interface OptimizerGroup {
  /** `generator/` or `generator/encoder.`: a prefix of weight ids. */
  readonly weights: string;
  readonly lrFactor: number;
  readonly attrs: Readonly<Record<string, unknown>>;
}

export interface PredictPlan {
  readonly graph: IrGraph;
  /** Predict input name -> data field. */
  readonly inputs: Readonly<Record<string, string>>;
}

export interface EvaluatePlan {
  readonly protocol: string;
  /** Test pairs measured. */
  readonly pairs: number;
  /** Steps between evaluations; 0: at the end only. */
  readonly every: number;
  readonly weights: 'ema' | 'raw';
  readonly metrics: readonly string[];
}

export interface TrainPlan {
  readonly steps: number;
  /** Model -> decay of the exponential moving average. */
  readonly ema: Readonly<Record<string, number>>;
  readonly checkpoint: { readonly every: number; readonly keep: number };
}
