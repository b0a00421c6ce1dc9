import { createHash } from 'node:crypto';
import { isConcrete, type Dim } from '../shape/dim.ts';
import type { IrGraph, IrNode, IrWeight, ValueId } from './ir.ts';

/**
 * The canonical hash of a graph: equal for graphs that mean the same whatever the order, the files and the names they were
 * written with; names count only where they key weights or random draws (`named`).
 */
export function hashGraph(graph: IrGraph, named: (op: string) => boolean, memory: HashMemory = hashMemory()): string {
  const weights = new Map(graph.weights.map((w) => [w.id, memory.weight(w)]));
  const values = new Map<ValueId, string>(graph.inputs.map((i) => [i.id, hashOf(['input', i.name, plain(i.shape), i.dtype])]));
  for (const [id, hash] of weights) values.set(`weight:${id}`, hash);
  for (const node of graph.nodes) {
    const hash = memory.node(node, values, weights, named(node.op));
    for (const o of node.outputs) values.set(o.id, hashOf([hash, o.port]));
  }
  const outputs = Object.entries(graph.outputs).map(([name, ids]) => [name, ids.map((id) => values.get(id))]);
  const inputs = graph.inputs.map((i) => values.get(i.id)).sort();
  return hashOf(['graph', inputs, outputs.sort(byFirst)]);
}

/** Hashes of nodes and weights that graphs have in common: a node that reads the same values hashes the same. */
export interface HashMemory {
  weight(weight: IrWeight): string;
  node(node: IrNode, values: ReadonlyMap<ValueId, string>, weights: ReadonlyMap<string, string>, named: boolean): string;
}

export function hashMemory(): HashMemory {
  const weightHashes = new WeakMap<IrWeight, string>();
  const nodeHashes = new WeakMap<IrNode, { readonly reads: string; readonly hash: string }>();
  return {
    weight: (weight) => {
      const hash = weightHashes.get(weight) ?? hashOf(['weight', weightContent(weight)]);
      weightHashes.set(weight, hash);
      return hash;
    },
    node: (node, values, weights, named) => {
      const reads = [...node.inputs.map((id) => (id === undefined ? '' : values.get(id))), ...Object.values(node.weights).map((id) => weights.get(id)), named].join();
      const known = nodeHashes.get(node);
      if (known?.reads === reads) return known.hash;
      const hash = hashNode(node, values, weights, named);
      nodeHashes.set(node, { reads, hash });
      return hash;
    },
  };
}

/** A short hash of any plain value, independent of the order of keys. */
export function hashData(value: unknown): string {
  return hashOf(['data', plain(value)]);
}

function hashNode(node: IrNode, values: ReadonlyMap<ValueId, string>, weights: ReadonlyMap<string, string>, named: boolean): string {
  const inputs = node.inputs.map((id, i) => [node.names[i] ?? i, id === undefined ? 'none' : values.get(id)]);
  const own = Object.entries(node.weights).map(([name, id]) => [name, weights.get(id)]);
  const ports = node.outputs.map((o) => o.port);
  return hashOf(['node', node.op, plain(node.attrs), inputs.sort(byFirst), own.sort(byFirst), ports, named ? node.path : '']);
}

const weightContent = (w: IrWeight): unknown => plain([w.id, w.shape, w.init, w.trainable, w.momentum ?? 'none']);

const byFirst = (a: readonly unknown[], b: readonly unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}

/** JSON-able and canonical: keys sorted, dimensions as their keys, undefined dropped. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (isSymbolic(value)) return ['dim', value.key];
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return ['map', entries.sort(byFirst).map(([k, v]) => [k, plain(v)])];
}

function isSymbolic(value: object): value is Exclude<Dim, number> {
  return 'terms' in value && 'key' in value && !isConcrete(value as Dim);
}
