import type { IrGraph, IrNode, IrWeight, ValueId } from '../ir/ir.ts';
import type { Op } from '../registry/op.ts';
import type { Registry } from '../registry/registry.ts';
import { addDims, isConcrete, multiplyDims, type Dim } from '../shape/dim.ts';
import { sizeOf, type DType, type Shape } from '../shape/shape.ts';

/** What one node costs; sizes that depend on the input are symbolic. */
export interface NodeMeasure {
  readonly path: string;
  /** Trainable numbers that this node is the first to use; shared weights count once. */
  readonly parameters: Dim;
  /** Numbers that no optimiser touches (running statistics), counted likewise. */
  readonly buffers: Dim;
  /** Multiply-accumulates of one call, forward. */
  readonly macs: Dim;
  /** Bytes of the outputs. */
  readonly bytes: Dim;
}

export interface GraphMeasure {
  /** In the order of the graph. */
  readonly nodes: readonly NodeMeasure[];
  readonly parameters: Dim;
  readonly buffers: Dim;
  readonly macs: Dim;
  /** Bytes that a backward pass keeps: all outputs, of recomputed blocks (`remat`) only what leaves them. An upper estimate. */
  readonly kept: Dim;
  /** Most bytes alive at once in a forward pass alone; undefined while sizes are symbolic. */
  readonly peak: number | undefined;
}

/** Parameters, multiply-accumulates and memory of a graph, per node and in all; float32 and int32 take 4 bytes, bool 1. */
export function measureGraph(graph: IrGraph, registry: Registry): GraphMeasure {
  const shapes = new Map<ValueId, Shape>(graph.inputs.map((i) => [i.id, i.shape]));
  const weights = new Map(graph.weights.map((w) => [w.id, w]));
  for (const w of graph.weights) shapes.set(`weight:${w.id}`, w.shape);
  const counted = new Set<string>();
  const nodes = graph.nodes.map((node): NodeMeasure => {
    for (const o of node.outputs) shapes.set(o.id, o.shape);
    const own = Object.values(node.weights).filter((id) => !counted.has(id));
    own.forEach((id) => counted.add(id));
    const specs = own.map((id) => weights.get(id)).filter((w) => w !== undefined);
    return { path: node.path, ...countWeights(specs), macs: macsOf(node, shapes, registry), bytes: addDims(...node.outputs.map((o) => bytesOf(o.shape, o.dtype))) };
  });
  return { nodes, ...countWeights(graph.weights), macs: addDims(...nodes.map((n) => n.macs)), kept: keptBytes(graph, nodes), peak: peakBytes(graph, nodes) };
}

function countWeights(weights: readonly IrWeight[]): { readonly parameters: Dim; readonly buffers: Dim } {
  const count = (trainable: boolean): Dim => addDims(...weights.filter((w) => w.trainable === trainable).map((w) => sizeOf(w.shape)));
  return { parameters: count(true), buffers: count(false) };
}

function macsOf(node: IrNode, shapes: ReadonlyMap<ValueId, Shape>, registry: Registry): Dim {
  const op = registry.ops.get(node.op) as Op;
  if (!op.macs) return 0;
  const inputs = node.inputs.map((id) => (id === undefined ? undefined : shapes.get(id)) as Shape);
  return op.macs(node.attrs, inputs, node.outputs.map((o) => o.shape));
}

const bytesOf = (shape: Shape, dtype: DType): Dim => multiplyDims(dtype === 'bool' ? 1 : 4, ...shape);

/** A recomputed block keeps what nodes outside it, or the graph's outputs, read. */
function keptBytes(graph: IrGraph, nodes: readonly NodeMeasure[]): Dim {
  const leaves = new Set<ValueId>(Object.values(graph.outputs).flat());
  const block = new Map(graph.nodes.flatMap((n) => n.outputs.map((o) => [o.id, n.remat] as const)));
  for (const node of graph.nodes) for (const id of node.inputs) if (id !== undefined && block.get(id) !== node.remat) leaves.add(id);
  const kept = graph.nodes.map((node, i) => (node.remat === undefined || node.outputs.some((o) => leaves.has(o.id)) ? nodes[i].bytes : 0));
  return addDims(...kept);
}

/** Outputs live from their node to the last that reads them. */
function peakBytes(graph: IrGraph, nodes: readonly NodeMeasure[]): number | undefined {
  const sizes = nodes.map((n) => n.bytes);
  if (!sizes.every(isConcrete)) return undefined;
  const madeBy = new Map(graph.nodes.flatMap((n, i) => n.outputs.map((o) => [o.id, i] as const)));
  const lastUse = graph.nodes.map((_, i) => i);
  graph.nodes.forEach((n, i) => n.inputs.forEach((id) => { if (id !== undefined && madeBy.has(id)) lastUse[madeBy.get(id) as number] = i; }));
  for (const id of Object.values(graph.outputs).flat()) if (madeBy.has(id)) lastUse[madeBy.get(id) as number] = graph.nodes.length;
  const freed = graph.nodes.map((): number[] => []);
  lastUse.forEach((at, i) => freed[at]?.push(i));
  let alive = 0;
  let peak = 0;
  for (let i = 0; i < sizes.length; i++) {
    alive += sizes[i];
    peak = Math.max(peak, alive);
    for (const done of freed[i]) alive -= sizes[done];
  }
  return peak;
}
