import type { IrGraph, ValueId } from './ir.ts';

/** The graph without the nodes, weights and assumptions that no output depends on. Inputs stay: they are the graph's interface. */
export function prune(graph: IrGraph): IrGraph {
  const needed = reach(graph, Object.values(graph.outputs).flat());
  const nodes = graph.nodes.filter((n) => n.outputs.some((o) => needed.has(o.id)));
  const weights = new Set(nodes.flatMap((n) => Object.values(n.weights)));
  const paths = new Set(nodes.map((n) => n.path));
  return Object.freeze({
    ...graph,
    nodes: Object.freeze(nodes),
    weights: Object.freeze(graph.weights.filter((w) => weights.has(w.id) || needed.has(`weight:${w.id}`))),
    assumptions: Object.freeze(graph.assumptions.filter((a) => paths.has(a.path))),
  });
}

/** Every value that the given values are computed from, themselves included. */
export function reach(graph: Pick<IrGraph, 'nodes'>, from: readonly ValueId[]): ReadonlySet<ValueId> {
  const needed = new Set<ValueId>(from);
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((o) => needed.has(o.id))) continue;
    for (const output of node.outputs) needed.add(output.id);
    for (const input of node.inputs) if (input !== undefined) needed.add(input);
  }
  return needed;
}
