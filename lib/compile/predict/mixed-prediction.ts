import { DTYPE, type Attributes, type GraphNode, type Value } from '../graph/graph.ts';
import { mixedPrecision } from '../graph/mixed/mixed-precision.ts';
import { neededNodes, nodeOf } from '../graph/needed.ts';
import type { Predicting } from './weight-variables.ts';

const LOW = { type: DTYPE.bfloat16 };

/**
 * A prediction in mixed precision (`mixedPrecision`): weights are folded in float32, `outputs` are float32. What is read in bfloat16 of
 * a weight is a variable of its own, rounded when weights are loaded and not at every prediction.
 */
export function mixedPrediction({ nodes, loaded }: Pick<Predicting, 'nodes' | 'loaded'>, outputs: readonly Value[]): readonly GraphNode[] {
  const running = mixedPrecision(neededNodes(nodes, outputs.map((v) => v.node)), outputs);
  if (!loaded) return running;
  const folding = neededNodes(nodes, [loaded.node]);
  const low = lowReads(running);
  const reading = running.flatMap((node) => low.get(node.name) ?? [node]);
  return joined(roundedToo(folding, low, loaded.node), reading);
}

/** In the place of casts of weights, by name: a variable of bfloat16 and its read, which has the name of the cast. */
function lowReads(running: readonly GraphNode[]): ReadonlyMap<string, readonly [handle: GraphNode, read: GraphNode]> {
  const byName = new Map(running.map((node) => [node.name, node]));
  return new Map(running.filter((n) => n.op === 'Cast' && n.outputs[0].dtype === DTYPE.bfloat16).flatMap((cast) => {
    const read = byName.get(cast.inputs[0]);
    const handle = read?.op === 'ReadVariableOp' ? byName.get(read.inputs[0]) : undefined;
    if (!handle) return [];
    const name = lowName(handle.name);
    const variable = { ...handle, name, attributes: { ...handle.attributes, dtype: LOW, shared_name: { text: name } } };
    return [[cast.name, [variable, { ...cast, op: 'ReadVariableOp', inputs: [name], attributes: { dtype: LOW } }]] as const];
  }));
}

const lowName = (handle: string): string => `${handle}_low`;

/** Loading weights, which fills the variables of bfloat16 as well. */
function roundedToo(folding: readonly GraphNode[], low: ReadonlyMap<string, readonly [GraphNode, GraphNode]>, loaded: string): readonly GraphNode[] {
  const handles = new Map([...low.values()].map(([handle]) => [handle.name, handle]));
  const added = folding.filter((n) => n.op === 'AssignVariableOp').flatMap((assign) => {
    const handle = handles.get(lowName(assign.inputs[0]));
    const shape = handle?.attributes.shape;
    return handle && shape && 'shape' in shape ? [handle, ...assignment(handle.name, assign.inputs[1], shape.shape)] : [];
  });
  const after = added.filter((n) => n.op === 'AssignVariableOp').map((n) => `^${n.name}`);
  return [...added, ...folding.map((node) => (node.name === loaded ? { ...node, inputs: [...node.inputs, ...after] } : node))];
}

function assignment(handle: string, value: string, shape: readonly number[]): GraphNode[] {
  const attributes: Attributes = { SrcT: { type: DTYPE.float32 }, DstT: LOW, Truncate: { flag: false } };
  const cast: GraphNode = { name: `${handle}_rounded`, op: 'Cast', inputs: [value], attributes, outputs: [{ dtype: DTYPE.bfloat16, shape }] };
  return [cast, { name: `${handle}_assign`, op: 'AssignVariableOp', inputs: [handle, cast.name], attributes: { dtype: LOW }, outputs: [] }];
}

/** Both parts, without the float32 variables that no prediction reads any more. */
function joined(folding: readonly GraphNode[], reading: readonly GraphNode[]): readonly GraphNode[] {
  const read = new Set(reading.flatMap((n) => n.inputs.map(nodeOf)));
  const idle = new Set(reading.filter((n) => n.op === 'ReadVariableOp' && !read.has(n.name)).flatMap((n) => [n.name, n.inputs[0]]));
  const nodes = new Map([...folding, ...reading].map((n) => [n.name, n]));
  const gone = new Set([...nodes.values()].filter((n) => idle.has(n.name) || (n.op === 'AssignVariableOp' && idle.has(n.inputs[0]))).map((n) => n.name));
  return [...nodes.values()].filter((n) => !gone.has(n.name)).map((n) => ({ ...n, inputs: n.inputs.filter((input) => !gone.has(nodeOf(input))) }));
}
