import type { Experiment } from '../../ir/experiment.ts';
import { hashData } from '../../ir/hash.ts';
import type { IrGraph, ValueId } from '../../ir/ir.ts';
import type { Registry } from '../../registry/registry.ts';
import { concreteShape } from '../../shape/shape.ts';
import { chooseValues, expressionBytes, type Choice, type ReadCost } from './choose.ts';
import type { Expression } from './expression.ts';
import { layoutsOf, type Side } from './layout.ts';
import { sampleGraph } from './sample-graph.ts';
import { whyNot, type NotHoisted } from './why-not.ts';

/** A value of the step that is computed once per sample, and an input of the step from then on. */
export interface HoistedValue {
  readonly value: ValueId;
  /** Name of the input that takes its place. */
  readonly input: string;
  readonly shape: readonly number[];
  /** Runs of `batch` rows: which output of the sample graph they are, of which side's samples. */
  readonly segments: readonly { readonly output: string; readonly side: Side }[];
}

/** What is kept of a sample: one output of the sample graph. */
export interface KeptOutput {
  readonly output: string;
  /** The sample's fields it depends on. */
  readonly fields: readonly string[];
  readonly floats: number;
}

export interface HoistPlan {
  /** Equal for equal choices of one experiment; part of a run's identity. */
  readonly hash: string;
  readonly values: readonly HoistedValue[];
  readonly kept: readonly KeptOutput[];
  /** Computes everything kept of one sample: inputs are fields with a batch of one. */
  readonly graph: IrGraph;
  /** Multiply-accumulates of a step, forward, and those that are left. */
  readonly macs: number;
  readonly left: number;
  readonly bytesPerSample: number;
  readonly samples: number;
}

/** What hoisting does for an experiment, or why it does nothing. */
export interface Hoisting {
  readonly plan?: HoistPlan;
  /** Why nothing is hoisted at all. */
  readonly none?: string;
  readonly not: readonly NotHoisted[];
}

export interface HoistOptions {
  /** Training samples of the data set; undefined: they never end. */
  readonly samples: number | undefined;
  /** Bytes that all samples together may take on disk. Default 2 GiB. */
  readonly limit?: number;
  readonly readCost?: ReadCost;
}

export const HOIST_LIMIT = 2 * 2 ** 30;

/** Opening, checking and copying an entry, and each of its bytes, against about 20 G multiply-accumulates a second. */
const READ_COST: ReadCost = { entry: 1e6, byte: 50 };

/** Finds what of an experiment's step can be computed once per sample, and chooses by cost and size. */
export function planHoisting(experiment: Experiment, registry: Registry, options: HoistOptions): Hoisting {
  const { samples, limit = HOIST_LIMIT, readCost = READ_COST } = options;
  const { data, train, step } = experiment;
  const layouts = layoutsOf(experiment, registry);
  const choice = chooseValues(step, layouts, registry, { batch: data.batch, room: samples === undefined ? Infinity : limit / samples, readCost });
  const not = whyNot(experiment, registry, layouts, choice);
  if (choice.chosen.length === 0) return { none: 'nothing that depends on one sample and frozen weights alone is worth keeping', not };
  if (samples === undefined) return { none: `the samples of ${data.dataset} never end, so none comes twice`, not };
  if (experiment.precision !== 'float32') return { none: `with ${experiment.precision} the step's own values are rounded, so kept ones would differ`, not };
  const uses = (train.steps * data.batch * sidesOf(choice)) / samples;
  if (uses < 2) return { none: `${train.steps} steps use each of ${samples} samples ${Number(uses.toPrecision(2))} times, which does not pay`, not };
  return { plan: planOf(experiment, choice, samples), not };
}

const sidesOf = (choice: Choice): number => new Set(choice.chosen.flatMap((c) => c.segments.map((s) => s.side ?? 'source'))).size;

function planOf({ step, data }: Experiment, choice: Choice, samples: number): HoistPlan {
  const expressions = [...new Set(choice.chosen.flatMap((c) => c.segments.map((s) => s.expression)))];
  const names = new Map(expressions.map((e, i) => [e, `kept-${i}`]));
  const taken = new Set(step.inputs.map((i) => i.name));
  const values = choice.chosen.map(({ value, segments }, i): HoistedValue => {
    let input = `hoisted-${i}`;
    while (taken.has(input)) input = `${input}-`;
    const [first] = segments;
    const rows = data.batch * segments.length;
    const shape = [rows, ...concreteShape(first.expression.shape).slice(1)];
    return { value, input, shape, segments: segments.map((s) => ({ output: names.get(s.expression) as string, side: s.side ?? 'source' })) };
  });
  const kept = expressions.map((e): KeptOutput => ({ output: names.get(e) as string, fields: fieldsOf(e), floats: expressionBytes(e) / 4 }));
  const hash = hashData([values.map((v) => [v.value, v.shape]), expressions.map((e) => e.key)]);
  return { hash, values, kept, graph: sampleGraph(names, step), macs: choice.macs, left: choice.left, bytesPerSample: choice.bytes, samples };
}

/** The names of the fields under an expression, sorted. */
function fieldsOf(root: Expression): readonly string[] {
  const fields = new Set<string>();
  const seen = new Set<Expression>();
  const visit = (e: Expression): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.kind === 'field') fields.add(e.field);
    if (e.kind === 'result') e.of.inputs.forEach((i) => i && visit(i));
  };
  visit(root);
  return [...fields].sort();
}
