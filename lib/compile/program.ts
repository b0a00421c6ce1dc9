import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import type { IrGraph, IrNode, ValueId } from '../ir/ir.ts';
import { reach } from '../ir/prune.ts';
import type { BuildContext, Op } from '../registry/op.ts';
import type { Registry } from '../registry/registry.ts';

/** What an evaluation supplies: weights, modes, random numbers, and where batch moments go. */
export interface Run {
  weight(id: string): Tensor;
  /** The context an op sees at a node. */
  context(node: IrNode): BuildContext;
}

/** A graph with its ops bound: evaluates any of its values from any others. */
export interface Program {
  readonly graph: IrGraph;
  /**
   * The tensors of `wanted`, computed from what `known` already has; nodes that nothing wanted depends on are skipped. Call inside
   * `tf.tidy` or a gradient: intermediate tensors are left to it.
   */
  evaluate(wanted: readonly ValueId[], known: ReadonlyMap<ValueId, Tensor>, run: Run): Map<ValueId, Tensor>;
}

type Bound = (inputs: readonly Tensor[], weights: Readonly<Record<string, Tensor>>, context: BuildContext) => readonly Tensor[];

interface Step {
  readonly node: IrNode;
  readonly op: Op;
  readonly run: Bound | undefined;
}

/** Binds every node of a graph whose attributes are concrete. */
export function bindProgram(graph: IrGraph, registry: Registry): Program {
  const steps = graph.nodes.map((node): Step => {
    const op = registry.ops.get(node.op);
    if (!op) throw new Error(`the registry has no op ${node.op}; was the graph made with another registry?`);
    return { node, op, run: op.traits?.higherOrder ? undefined : op.build(node.attrs, node.names) };
  });
  return { graph, evaluate: (wanted, known, run) => evaluate(graph, steps, wanted, known, run) };
}

function evaluate(graph: IrGraph, steps: readonly Step[], wanted: readonly ValueId[], known: ReadonlyMap<ValueId, Tensor>, run: Run): Map<ValueId, Tensor> {
  const needed = neededFrom(graph, wanted, known);
  const values = new Map<ValueId, Tensor>(known);
  for (const step of steps) {
    if (step.node.outputs.every((o) => !needed.has(o.id) || values.has(o.id))) continue;
    const results = step.run === undefined ? [gradientOf(graph, steps, step.node, values, run)] : runNode(step, values, run);
    step.node.outputs.forEach((o, i) => values.set(o.id, results[i]));
  }
  return new Map(wanted.map((id) => [id, valueOf(id, values, run)]));
}

/** What must be computed: everything upstream of `wanted` that is not known. */
function neededFrom(graph: IrGraph, wanted: readonly ValueId[], known: ReadonlyMap<ValueId, Tensor>): ReadonlySet<ValueId> {
  const needed = new Set<ValueId>(wanted);
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    if (node.outputs.every((o) => !needed.has(o.id) || known.has(o.id))) continue;
    for (const input of node.inputs) if (input !== undefined) needed.add(input);
  }
  return needed;
}

function runNode(step: Step, values: ReadonlyMap<ValueId, Tensor>, run: Run): readonly Tensor[] {
  const inputs = step.node.inputs.map((id) => (id === undefined ? undefined : valueOf(id, values, run))) as readonly Tensor[];
  const weights = Object.fromEntries(Object.entries(step.node.weights).map(([name, id]) => [name, run.weight(id)]));
  return (step.run as Bound)(inputs, weights, run.context(step.node));
}

function valueOf(id: ValueId, values: ReadonlyMap<ValueId, Tensor>, run: Run): Tensor {
  const value = values.get(id) ?? (id.startsWith('weight:') ? run.weight(id.slice('weight:'.length)) : undefined);
  if (!value) throw new Error(`no value for ${id}`);
  return value;
}

/** d(sum of `of`) / d(`to`): the nodes between them run again as a function of `to`. */
function gradientOf(graph: IrGraph, steps: readonly Step[], node: IrNode, values: ReadonlyMap<ValueId, Tensor>, run: Run): Tensor {
  const [of, to] = node.inputs as readonly [ValueId, ValueId];
  const between = dependents(graph, of, to);
  if (!between.has(of)) throw new Error(`${node.path}: ${of} does not depend on ${to}`);
  const outside = new Map([...values].filter(([id]) => !between.has(id)));
  // The nodes have run once for their values: this second run of the same calls reports no moments.
  const silent: Run = { ...run, context: (at) => ({ ...run.context(at), recordStatistic: () => {} }) };
  const f = (x: Tensor): Tensor => {
    const known = new Map(outside).set(to, x);
    return tf.sum(evaluate(graph, steps, [of], known, silent).get(of) as Tensor);
  };
  return tf.grad(f)(valueOf(to, values, run));
}

/** The values upstream of `of` that depend on `to`. */
function dependents(graph: IrGraph, of: ValueId, to: ValueId): ReadonlySet<ValueId> {
  const upstream = reach(graph, [of]);
  const found = new Set<ValueId>([to]);
  for (const node of graph.nodes) {
    if (node.inputs.some((id) => id !== undefined && found.has(id))) for (const o of node.outputs) if (upstream.has(o.id)) found.add(o.id);
  }
  found.delete(to);
  return found;
}
