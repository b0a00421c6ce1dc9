import { failure } from '../diagnostics/failure.ts';
import type { IrGraph, IrNode, ValueId } from './ir.ts';

/** What is evaluated in one go: a node, or all nodes of a recomputation block. */
export interface Unit {
  /** The name of the recomputation block. */
  readonly block?: string;
  /** In the order of the graph. */
  readonly nodes: readonly IrNode[];
}

/**
 * The units of a graph in an order in which every unit follows those it reads; nodes outside blocks stay in their order where they can.
 * @throws DiagnosticError where a block reads what is computed from its own results
 */
export function unitsOf(graph: Pick<IrGraph, 'nodes'>): readonly Unit[] {
  const units = gathered(graph.nodes);
  if (units.length === graph.nodes.length) return units;
  const madeIn = new Map(units.flatMap((unit) => unit.nodes.flatMap((n) => n.outputs.map((o) => [o.id, unit] as const))));
  return sorted(units, madeIn);
}

/** One unit for each node outside blocks and for each block, by first appearance. */
function gathered(nodes: readonly IrNode[]): Unit[] {
  const blocks = new Map<string, IrNode[]>();
  const units: Unit[] = [];
  for (const node of nodes) {
    if (node.remat === undefined) {
      units.push({ nodes: [node] });
      continue;
    }
    const known = blocks.get(node.remat);
    if (known) {
      known.push(node);
      continue;
    }
    const members = [node];
    blocks.set(node.remat, members);
    units.push({ block: node.remat, nodes: members });
  }
  return units;
}

function sorted(units: readonly Unit[], madeIn: ReadonlyMap<ValueId, Unit>): Unit[] {
  const done = new Set<Unit>();
  const busy = new Set<Unit>();
  const out: Unit[] = [];
  const visit = (unit: Unit): void => {
    if (done.has(unit)) return;
    if (busy.has(unit)) throw entangled([...busy].find((u) => u.block !== undefined) ?? unit);
    busy.add(unit);
    for (const node of unit.nodes) {
      for (const id of node.inputs) {
        const before = id === undefined ? undefined : madeIn.get(id);
        if (before && before !== unit) visit(before);
      }
    }
    busy.delete(unit);
    done.add(unit);
    out.push(unit);
  };
  units.forEach(visit);
  return out;
}

function entangled(unit: Unit): Error {
  const message = `the recomputation block "${unit.block}" reads what is computed from its own results, so it cannot be run in one go`;
  return failure('normalize/remat', message, unit.nodes[0].spans[0], 'put "remat: true" on smaller blocks');
}
