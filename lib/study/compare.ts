import type { Experiment } from '../ir/experiment.ts';
import type { IrGraph } from '../ir/ir.ts';
import type { Op } from '../registry/op.ts';
import type { Registry } from '../registry/registry.ts';
import { isConcrete } from '../shape/dim.ts';
import { sizeOf } from '../shape/shape.ts';

export interface Changes {
  /** Nodes of the step that are in one of the two only, or differ in op or attributes. */
  readonly nodes: number;
  readonly parameters: number;
  /** Multiply-accumulates of one step's forward pass. */
  readonly macs: number;
}

/** What a variant's step has more (or less, below 0) than the baseline's. */
export function compareGraphs(baseline: Experiment, variant: Experiment, registry: Registry): Changes {
  const [a, b] = [baseline.step, variant.step];
  const [left, right] = [signatures(a), signatures(b)];
  const changed = new Set([...left.keys(), ...right.keys()].filter((path) => left.get(path) !== right.get(path)));
  return { nodes: changed.size, parameters: parameters(b) - parameters(a), macs: macs(b, registry) - macs(a, registry) };
}

function signatures(graph: IrGraph): Map<string, string> {
  return new Map(graph.nodes.map((n) => [n.path, `${n.op} ${JSON.stringify(n.attrs)} ${JSON.stringify(n.outputs.map((o) => o.shape))}`]));
}

function parameters(graph: IrGraph): number {
  return graph.weights.filter((w) => w.trainable).reduce((sum, w) => sum + concrete(sizeOf(w.shape)), 0);
}

function macs(graph: IrGraph, registry: Registry): number {
  const shapes = new Map([...graph.inputs.map((i) => [i.id, i.shape] as const), ...graph.nodes.flatMap((n) => n.outputs.map((o) => [o.id, o.shape] as const))]);
  return graph.nodes.reduce((sum, n) => {
    const op = registry.ops.get(n.op) as Op;
    const inputs = n.inputs.map((id) => (id === undefined ? [] : (shapes.get(id) ?? [])));
    return sum + (op.macs ? concrete(op.macs(n.attrs, inputs, n.outputs.map((o) => o.shape))) : 0);
  }, 0);
}

const concrete = (d: ReturnType<typeof sizeOf>): number => (isConcrete(d) ? d : NaN);
