import type { IrGraph, IrNode } from '../../ir/ir.ts';
import { hoistable } from '../../plan/hoist/steady.ts';
import { measureGraph, type GraphMeasure } from '../../plan/measure.ts';
import type { Registry } from '../../registry/registry.ts';
import { dimText, isConcrete, type Dim } from '../../shape/dim.ts';
import { shapeText } from '../../shape/shape.ts';
import type { Subject } from './subject.ts';

/** Symbolic sizes as texts, others as numbers. */
export type Count = number | string;

export interface NodeDescription {
  readonly path: string;
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  readonly shapes: readonly string[];
  readonly parameters: Count;
  readonly macs: Count;
  readonly bytes: Count;
  /** The model a node of a step belongs to. */
  readonly model?: string;
  /** Depends on data and frozen weights alone. */
  readonly hoistable?: true;
}

/** A graph or an experiment's step as plain data: `show --format json`. */
export interface Description {
  readonly kind: string;
  readonly name: string;
  readonly doc: string;
  readonly inputs: readonly { readonly name: string; readonly shape: string; readonly dtype: string; readonly field?: string }[];
  readonly outputs: Readonly<Record<string, readonly string[]>>;
  readonly nodes: readonly NodeDescription[];
  readonly total: { readonly parameters: Count; readonly buffers: Count; readonly macs: Count; readonly kept: Count; readonly peak?: number };
  readonly models?: readonly { readonly name: string; readonly graph: string; readonly parameters: Count; readonly frozen: boolean | readonly string[] }[];
}

export function describe(subject: Subject, registry: Registry): Description {
  const { graph, experiment } = subject;
  const measure = measureGraph(graph, registry);
  const steady = experiment ? hoistable(experiment, registry) : new Set<string>();
  return {
    kind: subject.kind, name: subject.name, doc: subject.doc,
    inputs: graph.inputs.map((i) => ({ name: i.name, shape: shapeText(i.shape), dtype: i.dtype, ...(experiment ? { field: experiment.data.inputs[i.name] } : {}) })),
    outputs: graph.outputs,
    nodes: graph.nodes.map((node, i) => describeNode(node, measure, i, steady)),
    total: totals(measure),
    ...(experiment ? { models: Object.values(experiment.models).map((m) => ({ name: m.name, graph: m.graph, parameters: parametersOf(graph, m.name), frozen: m.frozen })) } : {}),
  };
}

function describeNode(node: IrNode, measure: GraphMeasure, i: number, steady: ReadonlySet<string>): NodeDescription {
  const { parameters, macs, bytes } = measure.nodes[i];
  return {
    path: node.path, op: node.op, attrs: plainAttrs(node.attrs), inputs: node.inputs.map((id) => id ?? ''), shapes: node.outputs.map((o) => shapeText(o.shape)),
    parameters: count(parameters), macs: count(macs), bytes: count(bytes),
    ...(node.call ? { model: node.call.model } : {}), ...(steady.has(node.path) ? { hoistable: true as const } : {}),
  };
}

function totals({ parameters, buffers, macs, kept, peak }: GraphMeasure): Description['total'] {
  return { parameters: count(parameters), buffers: count(buffers), macs: count(macs), kept: count(kept), ...(peak === undefined ? {} : { peak }) };
}

/** All numbers of a model, trained or not. */
export function parametersOf(graph: IrGraph, model: string): number {
  const own = graph.weights.filter((w) => w.id.startsWith(`${model}/`) && w.momentum === undefined);
  return own.reduce((sum, w) => sum + w.shape.reduce<number>((product, d) => product * (isConcrete(d) ? d : NaN), 1), 0);
}

const count = (d: Dim): Count => (isConcrete(d) ? d : dimText(d));

/** Attributes with symbolic sizes as texts. */
function plainAttrs(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('terms' in value && 'key' in value) return dimText(value as Dim);
  return plainAttrs(value as Record<string, unknown>);
}
