import type { IrGraph, IrNode, ValueId } from '../../ir/ir.ts';
import { amount } from '../../plan/amount.ts';
import { measureGraph } from '../../plan/measure.ts';
import type { Registry } from '../../registry/registry.ts';
import { arrowText, nodeLine } from './box-text.ts';
import { allBoxes, type Box, type Drawing, type Link, type Tone } from './drawing.ts';
import { nodesOf, pathTree, type PathTree } from './path-tree.ts';
import type { Subject } from './subject.ts';

/** More boxes than this and the innermost calls are drawn closed. */
const MAX_BOXES = 70;

export interface DrawOptions {
  readonly registry: Registry;
  /** Calls inside calls that are drawn open; as many as a page takes, where left out. */
  readonly depth?: number;
}

/** A graph as boxes and arrows: calls as frames, straight runs of ops as one box, equal rounds once. */
export function drawGraph(subject: Subject, options: DrawOptions): Drawing {
  const { graph } = subject;
  const tree = pathTree(graph);
  for (let depth = options.depth ?? 3; ; depth--) {
    const drawn = drawTree(graph, tree, depth, options.registry);
    if (options.depth !== undefined || depth <= 1 || allBoxes(drawn.boxes).length <= MAX_BOXES) return finish(subject, drawn, options.registry);
  }
}

interface Drawn {
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
}

function finish(subject: Subject, drawn: Drawn, registry: Registry): Drawing {
  const { parameters } = measureGraph(subject.graph, registry);
  const tones = new Set(allBoxes(drawn.boxes).map((b) => b.tone));
  const legend = LEGEND.filter(({ tone }) => tones.has(tone));
  return { title: subject.name, subtitle: `${amount(parameters)} parameters, ${subject.graph.nodes.length} nodes`, ...drawn, legend };
}

const LEGEND: readonly { readonly tone: Tone; readonly text: string }[] = [
  { tone: 'data', text: 'input' }, { tone: 'trainable', text: 'has weights' }, { tone: 'plain', text: 'no weights' }, { tone: 'output', text: 'output' },
];

/** What is learnt while boxes are made. */
interface Pen {
  readonly graph: IrGraph;
  readonly registry: Registry;
  /** Which box shows a value. */
  readonly place: Map<ValueId, string>;
  /** Which round of a folded loop a node belongs to. */
  readonly rounds: Map<string, string>;
  /** Branches drawn open, by likeness: the second of a kind is drawn closed. */
  readonly opened: Map<string, string>;
}

function drawTree(graph: IrGraph, tree: PathTree, depth: number, registry: Registry): Drawn {
  const pen: Pen = { graph, registry, place: new Map(graph.inputs.map((i) => [i.id, i.id])), rounds: new Map(), opened: new Map() };
  const boxes = tree.children.map((c) => boxOf(c, depth, pen));
  const inputs = graph.inputs.map((i): Box => ({ id: i.id, title: i.name, lines: [], tone: 'data', children: [] }));
  const outputs = Object.keys(graph.outputs).map((name): Box => ({ id: `output:${name}`, title: name, lines: [], tone: 'output', children: [] }));
  return { boxes: [...inputs, ...boxes, ...outputs], links: linksOf(graph, pen) };
}

/** One branch as a box: open, a run of ops, or closed. */
function boxOf(tree: PathTree, depth: number, pen: Pen): Box {
  const [only] = tree.children;
  // A call that holds one thing is that thing, under the outer name.
  if (only && tree.children.length === 1) return { ...(only.folded.length === 0 ? boxOf : foldedBox)({ ...only, name: tree.name }, depth, pen), title: tree.name };
  const tone: Tone = nodesOf(tree).some((n) => Object.keys(n.weights).length > 0) ? 'trainable' : 'plain';
  const chain = tree.node ? [tree.node] : chainOf(tree, pen.graph);
  if (chain) return closed(tree, tone, chain.map((n) => nodeLine(n, pen.registry)), pen);
  const like = pen.opened.get(tree.likeness);
  if (like !== undefined) return closed(tree, tone, [{ text: `like ${like}` }], pen);
  if (depth <= 0) return closed(tree, tone, opCounts(nodesOf(tree), pen.registry), pen);
  pen.opened.set(tree.likeness, tree.name);
  const children = tree.children.map((c) => (c.folded.length === 0 ? boxOf : foldedBox)(c, depth - 1, pen));
  return { id: tree.path, title: tree.name, lines: [], tone, children };
}

function closed(tree: PathTree, tone: Tone, lines: Box['lines'], pen: Pen): Box {
  for (const node of nodesOf(tree)) for (const o of node.outputs) pen.place.set(o.id, tree.path);
  return { id: tree.path, title: tree.name, lines, tone, children: [] };
}

/** The first of equal rounds; its boxes show the values of the others too. */
function foldedBox(first: PathTree, depth: number, pen: Pen): Box {
  const box = boxOf({ ...first, folded: [] }, depth, pen);
  const own = nodesOf({ ...first, folded: [] });
  own.forEach((n) => pen.rounds.set(n.path, `${first.path}#0`));
  first.folded.forEach((round, r) => nodesOf(round).forEach((n, i) => {
    pen.rounds.set(n.path, `${first.path}#${r + 1}`);
    n.outputs.forEach((o, j) => pen.place.set(o.id, pen.place.get(own[i].outputs[j].id) as string));
  }));
  return { ...box, repeat: first.folded.length + 1 };
}

/** The nodes of a branch of leaves in a row, each reading only the one before (and what lies outside), or undefined. */
function chainOf(tree: PathTree, graph: IrGraph): readonly IrNode[] | undefined {
  if (tree.children.some((c) => c.node === undefined || c.folded.length > 0)) return undefined;
  const nodes = tree.children.map((c) => c.node as IrNode);
  const inside = new Map(nodes.flatMap((n, i) => n.outputs.map((o) => [o.id, i] as const)));
  const straight = nodes.every((n, i) => {
    const own = n.inputs.filter((id): id is ValueId => id !== undefined && inside.has(id));
    const strangers = n.inputs.filter((id) => id !== undefined && !inside.has(id)).length;
    return i === 0 ? own.length === 0 : own.length === 1 && inside.get(own[0]) === i - 1 && strangers === 0;
  });
  const readOutside = new Set([...graph.nodes.filter((n) => !nodes.includes(n)).flatMap((n) => n.inputs), ...Object.values(graph.outputs).flat()]);
  return straight && nodes.slice(0, -1).every((n) => !n.outputs.some((o) => readOutside.has(o.id))) ? nodes : undefined;
}

/** What a closed call does: its ops, the frequent ones first. */
function opCounts(nodes: readonly IrNode[], registry: Registry): Box['lines'] {
  const counts = new Map<string, number>();
  for (const n of nodes) counts.set(nodeLine(n, registry).text, (counts.get(nodeLine(n, registry).text) ?? 0) + 1);
  return [...counts].sort((x, y) => y[1] - x[1]).slice(0, 4).map(([text, n]) => ({ text, ...(n > 1 ? { note: `× ${n}` } : {}) }));
}

function linksOf(graph: IrGraph, { place, rounds }: Pen): Link[] {
  const shapes = new Map([...graph.inputs.map((i) => [i.id, i.shape] as const), ...graph.nodes.flatMap((n) => n.outputs.map((o) => [o.id, o.shape] as const))]);
  const maker = new Map(graph.nodes.flatMap((n) => n.outputs.map((o) => [o.id, n] as const)));
  const links = new Map<string, Link>();
  const add = (id: ValueId, to: string): void => {
    const from = place.get(id);
    if (from === undefined || from === to || links.has(`${from} ${to}`)) return;
    links.set(`${from} ${to}`, { from, to, label: arrowText(shapes.get(id) ?? []) });
  };
  for (const node of graph.nodes) {
    const to = place.get(node.outputs[0]?.id ?? '') ?? '';
    for (const id of node.inputs) if (id !== undefined && !feedsBack(rounds.get(maker.get(id)?.path ?? ''), rounds.get(node.path))) add(id, to);
  }
  for (const [name, ids] of Object.entries(graph.outputs)) for (const id of ids) add(id, `output:${name}`);
  return [...links.values()];
}

/** From one round of a folded loop into the next: what "× n" says. */
function feedsBack(from: string | undefined, to: string | undefined): boolean {
  return from !== undefined && to !== undefined && from !== to && from.replace(/#\d+$/, '') === to.replace(/#\d+$/, '');
}
