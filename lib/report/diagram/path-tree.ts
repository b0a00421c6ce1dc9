import type { IrGraph, IrNode } from '../../ir/ir.ts';
import { hashData } from '../../ir/hash.ts';

/** The nodes of a graph as the calls and loops that made them: a leaf is a node, a branch a call, `seq` or loop. */
export interface PathTree {
  /** Dotted path; '' at the top. */
  readonly path: string;
  readonly name: string;
  readonly node?: IrNode;
  readonly children: readonly PathTree[];
  /** Equal for branches that do the same to inputs of equal shapes, whatever they are called. */
  readonly signature: string;
  /** Equal for branches of the same ops in the same order, whatever their sizes. */
  readonly likeness: string;
  /** Rounds of a loop drawn as this one. */
  readonly folded: readonly PathTree[];
}

/** Groups nodes by `segments` of their paths, in the order of the graph; equal rounds in a row are folded into their first. */
export function pathTree(graph: IrGraph, segments: (node: IrNode) => readonly string[] = (n) => n.path.split('.')): PathTree {
  return branch('', '', graph.nodes.map((node) => ({ node, rest: segments(node) })));
}

interface Placed {
  readonly node: IrNode;
  readonly rest: readonly string[];
}

function branch(path: string, name: string, placed: readonly Placed[]): PathTree {
  const groups = new Map<string, Placed[]>();
  for (const { node, rest } of placed) groups.set(rest[0], [...(groups.get(rest[0]) ?? []), { node, rest: rest.slice(1) }]);
  const children = [...groups].map(([key, items]) => {
    const own = path === '' ? key : `${path}.${key}`;
    return items.length === 1 && items[0].rest.length === 0 ? leaf(own, key, items[0].node) : branch(own, key, items);
  });
  const folded = foldRounds(children);
  return { path, name, children: folded, folded: [], signature: hashData(folded.map((c) => [c.signature, c.folded.length])), likeness: hashData(folded.map((c) => [c.likeness, c.name])) };
}

function leaf(path: string, name: string, node: IrNode): PathTree {
  const attrs = JSON.parse(JSON.stringify(node.attrs)) as unknown;
  return { path, name, node, children: [], folded: [], likeness: node.op, signature: hashData([node.op, attrs, node.outputs.map((o) => o.shape.map((d) => (typeof d === 'number' ? d : d.key)))]) };
}

/** Rounds are named by numbers or items; only neighbours that do the same are one. */
function foldRounds(children: readonly PathTree[]): PathTree[] {
  const out: PathTree[] = [];
  for (const child of children) {
    const last = out.at(-1);
    const isRound = /^\d+$/.test(child.name);
    if (last && isRound && /^\d+$/.test(last.name) && last.signature === child.signature) out[out.length - 1] = { ...last, folded: [...last.folded, child] };
    else out.push(child);
  }
  return out;
}

/** All nodes under a branch. */
export function nodesOf(tree: PathTree): IrNode[] {
  return tree.node ? [tree.node] : tree.children.flatMap((c) => [...nodesOf(c), ...c.folded.flatMap(nodesOf)]);
}
