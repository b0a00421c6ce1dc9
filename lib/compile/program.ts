import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import type { IrGraph, IrNode, ValueId } from '../ir/ir.ts';
import { reach } from '../ir/prune.ts';
import { unitsOf, type Unit } from '../ir/units.ts';
import type { BuildContext, Op } from '../registry/op.ts';
import type { Registry } from '../registry/registry.ts';
import { blockDescriber } from './blocks.ts';
import { runBlock, type Block } from './recompute.ts';
import { silent, type Run } from './run.ts';

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

/** A graph with its ops bound, as evaluations walk it. */
interface Bindings {
  readonly graph: IrGraph;
  readonly units: readonly Unit[];
  readonly steps: ReadonlyMap<IrNode, Step>;
  /** The unit that makes a value. */
  readonly makers: ReadonlyMap<ValueId, Unit>;
}

/** Binds every node of a graph whose attributes are concrete. */
export function bindProgram(graph: IrGraph, registry: Registry): Program {
  const steps = new Map(graph.nodes.map((node): [IrNode, Step] => {
    const op = registry.ops.get(node.op);
    if (!op) throw new Error(`the registry has no op ${node.op}; was the graph made with another registry?`);
    return [node, { node, op, run: op.traits?.higherOrder ? undefined : op.build(node.attrs, node.names) }];
  }));
  const units = unitsOf(graph);
  const makers = new Map(units.flatMap((unit) => unit.nodes.flatMap((n) => n.outputs.map((o) => [o.id, unit] as const))));
  const bindings = { graph, units, steps, makers };
  return { graph, evaluate: (wanted, known, run) => evaluate(bindings, wanted, known, run) };
}

function evaluate(bindings: Bindings, wanted: readonly ValueId[], known: ReadonlyMap<ValueId, Tensor>, run: Run): Map<ValueId, Tensor> {
  const needed = neededFrom(bindings.graph, wanted, known);
  const isOpen = (node: IrNode): boolean => node.outputs.some((o) => needed.has(o.id) && !known.has(o.id));
  const values = new Map<ValueId, Tensor>(known);
  const within = (open: readonly IrNode[], outputs: readonly ValueId[]): Block['evaluate'] => (inputs, again) => {
    const inside = new Map(inputs);
    for (const node of open) runStep(bindings, node, inside, again);
    return outputs.map((id) => valueOf(id, inside, again));
  };
  const isOpaque = (node: IrNode): boolean => (bindings.steps.get(node) as Step).op.traits?.nondifferentiable === true;
  const describe = blockDescriber({ ...bindings, wanted, isOpen, isOpaque, toward: run.toward });
  for (const unit of bindings.units) {
    const open = unit.nodes.filter(isOpen);
    if (unit.block === undefined) {
      for (const node of open) runStep(bindings, node, values, run);
    } else if (open.length > 0) {
      const block = describe(open, values);
      runBlock({ ...block, evaluate: within(open, block.outputs) }, values, run).forEach((t, i) => values.set(block.outputs[i], t));
    }
  }
  return new Map(wanted.map((id) => [id, valueOf(id, values, run)]));
}

function runStep(bindings: Bindings, node: IrNode, values: Map<ValueId, Tensor>, run: Run): void {
  const step = bindings.steps.get(node) as Step;
  const results = step.run === undefined ? [gradientOf(bindings, node, values, run)] : runNode(step, values, run);
  node.outputs.forEach((o, i) => values.set(o.id, results[i]));
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
function gradientOf(bindings: Bindings, node: IrNode, values: ReadonlyMap<ValueId, Tensor>, run: Run): Tensor {
  const [of, to] = node.inputs as readonly [ValueId, ValueId];
  const between = dependents(bindings.graph, of, to);
  if (!between.has(of)) throw new Error(`${node.path}: ${of} does not depend on ${to}`);
  const outside = new Map([...values].filter(([id]) => !between.has(id)));
  // The nodes have run once for their values, so this second run reports no moments. What is known already may depend on weights.
  const { toward: _, ...again } = silent(run);
  const f = (x: Tensor): Tensor => {
    const known = new Map(outside).set(to, x);
    return tf.sum(evaluate(bindings, [of], known, again).get(of) as Tensor);
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
