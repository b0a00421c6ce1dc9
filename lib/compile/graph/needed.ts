import type { GraphNode } from './graph.ts';

/** The node that an input names: without port and control mark. */
export const nodeOf = (input: string): string => input.replace(/^\^|:\d+$/g, '');

/** The nodes that some values or nodes need, in the order they have; producers may stand after what reads them. */
export function neededNodes(nodes: readonly GraphNode[], wanted: readonly string[]): readonly GraphNode[] {
  const byName = new Map(nodes.map((n) => [n.name, n]));
  const needed = new Set(wanted.map(nodeOf));
  for (const name of needed) {
    const node = byName.get(name);
    if (!node) throw new Error(`the graph has no ${name}`);
    node.inputs.forEach((input) => needed.add(nodeOf(input)));
  }
  return nodes.filter((n) => needed.has(n.name));
}
