import type { GraphNode, ValueType } from '../graph.ts';

/** What an input of a node names: a node and one of its ports. */
export interface Source {
  readonly node: string;
  readonly port: number;
}

/** What a data input names; none for a control input (`^node`). */
export function sourceOf(input: string): Source | undefined {
  if (input.startsWith('^')) return undefined;
  const [node, port = '0'] = input.split(':');
  return { node, port: Number(port) };
}

/** The nodes of a graph by name, and what they give. */
export class Wires {
  readonly #nodes: ReadonlyMap<string, GraphNode>;

  constructor(nodes: readonly GraphNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.name, node]));
  }

  typeOf({ node, port }: Source): ValueType {
    const type = this.#nodes.get(node)?.outputs[port];
    if (!type) throw new Error(`the graph has no ${node}:${port}`);
    return type;
  }
}
