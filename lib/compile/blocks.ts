import { weightValueId, type IrGraph, type IrNode, type ValueId } from '../ir/ir.ts';
import type { Unit } from '../ir/units.ts';
import type { Block } from './recompute.ts';

/** One evaluation of a graph, as far as its blocks depend on it. */
export interface Evaluation {
  readonly graph: IrGraph;
  readonly units: readonly Unit[];
  /** The unit that makes a value. */
  readonly makers: ReadonlyMap<ValueId, Unit>;
  readonly wanted: readonly ValueId[];
  /** Whether a node is to be computed. */
  isOpen(node: IrNode): boolean;
  /** Whether no gradient flows through a node. */
  isOpaque(node: IrNode): boolean;
  readonly toward: ReadonlySet<ValueId> | undefined;
}

/** Gives what a block reads and what it gives, from its open nodes and the values that are there. */
export function blockDescriber(evaluation: Evaluation): (open: readonly IrNode[], values: ReadonlyMap<ValueId, unknown>) => Omit<Block, 'evaluate'> {
  const read = readOutside(evaluation);
  const live = evaluation.toward && downstream(evaluation, evaluation.toward);
  return (open, values) => {
    const made = open.flatMap((n) => n.outputs.map((o) => o.id));
    const inside = new Set(made);
    const reads = [...new Set(open.flatMap((n) => n.inputs.filter((id) => id !== undefined)))];
    const weights = reads.filter((id) => !values.has(id) && !inside.has(id)).map((id) => id.slice(weightValueId('').length));
    return {
      inputs: reads.filter((id) => values.has(id)),
      weights: [...new Set([...open.flatMap((n) => Object.values(n.weights)), ...weights])],
      outputs: made.filter((id) => read.has(id) && !values.has(id)),
      isLive: (id) => live === undefined || live.has(id),
    };
  };
}

/** The values that leave their unit: wanted, or read by a node of another. */
function readOutside({ units, makers, wanted, isOpen }: Evaluation): ReadonlySet<ValueId> {
  const read = new Set(wanted);
  if (units.every((unit) => unit.block === undefined)) return read;
  for (const unit of units) {
    for (const node of unit.nodes) if (isOpen(node)) for (const id of node.inputs) if (id !== undefined && makers.get(id) !== unit) read.add(id);
  }
  return read;
}

/** The values that a gradient with respect to `from` flows through. */
function downstream({ graph, isOpaque }: Evaluation, from: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const live = new Set(from);
  for (const node of graph.nodes) {
    if (isOpaque(node)) continue;
    const reads = [...node.inputs, ...Object.values(node.weights).map(weightValueId)];
    if (reads.some((id) => id !== undefined && live.has(id))) for (const o of node.outputs) live.add(o.id);
  }
  return live;
}
