import { DTYPE, Graph, valuesOf, type GraphNode, type Value } from '../../../lib/compile/graph/graph.ts';
import { multiplications } from '../../../lib/compile/graph/multiplications.ts';
import { Session } from '../../../lib/compile/graph/session.ts';
import { sizeOf } from '../../../lib/compile/graph/shape-rule.ts';

/** Nodes of one kind: the same operation on the same shapes. */
export interface KernelKind {
  readonly op: string;
  readonly node: GraphNode;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly count: number;
  readonly gflop: number;
}

export interface KernelTime extends KernelKind {
  /** Milliseconds of processor time of one call, which others on the machine disturb least. */
  readonly ms: number;
  /** Milliseconds from its beginning to its end. */
  readonly wall: number;
}

/** Nodes that compute nothing, or that cannot run by themselves. */
const SILENT = new Set(['Const', 'Placeholder', 'VarHandleOp', 'ReadVariableOp', 'AssignVariableOp', 'Switch', 'Merge', 'Identity', 'NoOp', 'Reshape']);

/** The kinds of kernels among nodes, each with how often it is there. */
export function kernelKinds(nodes: readonly GraphNode[]): readonly KernelKind[] {
  const values = valuesOf(nodes);
  const kinds = new Map<string, KernelKind>();
  for (const node of nodes.filter((n) => !SILENT.has(n.op) && sizeOf(n.outputs[0]?.shape ?? [0]) > 0)) {
    const inputs = node.inputs.filter((i) => !i.startsWith('^')).map((i) => values.get(i) as Value);
    const key = JSON.stringify([node.op, node.attributes, inputs.map((v) => [v.dtype, v.shape, v.constant !== undefined, isSmall(v) ? [...(v.constant ?? [])] : []])]);
    const outputs = node.outputs.map((type, port) => ({ ...type, node: node.name, port }));
    kinds.set(key, { op: node.op, node, inputs, outputs, count: (kinds.get(key)?.count ?? 0) + 1, gflop: gflopOf(node, inputs) });
  }
  return [...kinds.values()];
}

/** Shapes, axes and paddings: the operation must know them as constants. */
const isSmall = (v: Value): boolean => v.constant !== undefined && sizeOf(v.shape) <= 16;

/** Multiplications and additions of the operations that have most of them. */
function gflopOf(node: GraphNode, inputs: readonly Value[]): number {
  return (2 * multiplications(node, inputs.filter((v) => v.dtype !== DTYPE.int32).map((v) => v.shape))) / 1e9;
}

/** Times every kind alone, in a session of its own on random numbers: the median of `rounds` runs less those of an empty one. */
export function timeKernels(kinds: readonly KernelKind[], rounds: number): readonly KernelTime[] {
  const empty = timeAlone(undefined, 4 * rounds);
  return kinds.map((kind) => {
    const { ms, wall } = timeAlone(kind, rounds);
    return { ...kind, ms: Math.max(0, ms - empty.ms), wall: Math.max(0, wall - empty.wall) };
  });
}

function timeAlone(kind: KernelKind | undefined, rounds: number): Pick<KernelTime, 'ms' | 'wall'> {
  const graph = new Graph();
  const end = kind === undefined ? number(graph, 'end', []) : copyOf(kind, graph);
  const set = graph.nodes.filter((n) => n.op === 'AssignVariableOp').map((n) => n.name);
  const ready = number(graph, 'ready', set);
  const session = new Session(graph.nodes);
  try {
    session.run([], [ready]);
    session.run([], [end]);
    const times = Array.from({ length: rounds }, () => {
      const [begun, used] = [performance.now(), process.cpuUsage()];
      session.run([], [end]);
      const { user, system } = process.cpuUsage(used);
      return { ms: (user + system) / 1000, wall: performance.now() - begun };
    });
    return { ms: median(times.map((t) => t.ms)), wall: median(times.map((t) => t.wall)) };
  } finally {
    session.dispose();
  }
}

function number(graph: Graph, name: string, after: readonly string[]): Value {
  const one = graph.constant({ dtype: DTYPE.float32, shape: [], data: Float32Array.of(1) });
  return graph.one('Identity', [one], { T: { type: DTYPE.float32 } }, one, { after, name });
}

/** The node over variables of random numbers; gives one number of its result: what nothing reads TensorFlow leaves out. */
function copyOf({ node, inputs, outputs }: KernelKind, graph: Graph): Value {
  const values = inputs.map((v, i) => (v.constant === undefined ? randomVariable(graph, v, i) : graph.constant({ ...v, data: v.constant })));
  const [y] = graph.add(node.op, values, node.attributes, outputs, { name: 'kernel' });
  const ints = (n: number): Value => graph.constant({ dtype: DTYPE.int32, shape: [y.shape.length], data: new Int32Array(y.shape.length).fill(n) });
  const type = { dtype: y.dtype, shape: y.shape.map(() => 1) };
  const first = graph.one('Slice', [y, ints(0), ints(1)], { T: { type: y.dtype }, Index: { type: DTYPE.int32 } }, type);
  // The binding reads no bfloat16.
  return y.dtype === DTYPE.bfloat16 ? graph.one('Cast', [first], { SrcT: { type: y.dtype }, DstT: { type: DTYPE.float32 } }, { ...type, dtype: DTYPE.float32 }) : first;
}

function randomVariable(graph: Graph, { dtype, shape }: Value, i: number): Value {
  const type = { dtype: { type: dtype } };
  const handle = graph.one('VarHandleOp', [], { ...type, shape: { shape }, shared_name: { text: `v${i}` }, container: { text: '' } }, { dtype: DTYPE.resource, shape: [] }, { name: `v${i}` });
  const sizes = graph.constant({ dtype: DTYPE.int32, shape: [shape.length], data: Int32Array.from(shape) });
  const attributes = { T: { type: DTYPE.int32 }, dtype: { type: DTYPE.float32 }, seed: { int: i + 1 }, seed2: { int: 1 } };
  const drawn = graph.one('RandomUniform', [sizes], attributes, { dtype: DTYPE.float32, shape }, { name: `drawn${i}` });
  const cast = dtype === DTYPE.float32 ? drawn : graph.one('Cast', [drawn], { SrcT: { type: DTYPE.float32 }, DstT: { type: dtype } }, { dtype, shape });
  graph.add('AssignVariableOp', [handle, cast], type, [], { name: `set${i}`, effect: true });
  return graph.one('ReadVariableOp', [handle], type, { dtype, shape }, { name: `read${i}` });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
