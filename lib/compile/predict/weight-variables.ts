import { DTYPE, wire, type Graph, type GraphNode, type Value } from '../graph/graph.ts';
import { GraphVariables } from '../graph/variables.ts';
import { neededNodes, nodeOf } from '../graph/needed.ts';

/** A predicting graph whose folded weights live in variables of the session. */
export interface Predicting {
  readonly nodes: readonly GraphNode[];
  /** Fetch it, with all weights fed, to fold the weights into the variables. */
  readonly loaded: Value | undefined;
  /** Names of the weights' placeholders that folding reads. */
  readonly weights: ReadonlySet<string>;
}

/**
 * Splits a graph in two: what depends on fixed placeholders alone is computed once, when weights are loaded, and kept in variables;
 * the rest reads those. Constants of this size would be copied many times on their way into a session, and a graph holds 2 GiB at most.
 */
export function keepInVariables(graph: Graph, outputs: readonly Value[], isKept: (value: Value) => boolean): Predicting {
  const variables = new GraphVariables(graph);
  const reads = new Map<string, string>();
  const effects: string[] = [];
  const keep = (value: Value): void => {
    const variable = variables.declare(wire(value), value.shape);
    reads.set(wire(value), wire(variable.read));
    effects.push(variables.assign(variable, value));
  };
  const kept = keptValues(graph, outputs, isKept);
  kept.forEach(keep);
  const one = graph.constant({ dtype: DTYPE.float32, shape: [], data: Float32Array.of(1) });
  const loaded = kept.length === 0 ? undefined : graph.one('Identity', [one], { T: { type: DTYPE.float32 } }, one, { after: effects, name: 'weights_loaded' });
  const folding = neededNodes(graph.nodes, loaded ? [loaded.node] : []);
  const names = new Set(folding.map((n) => n.name));
  const running = runningNodes(graph, outputs, reads);
  return { nodes: [...folding, ...running.filter((n) => !names.has(n.name))], loaded, weights: new Set(folding.filter((n) => n.op === 'Placeholder').map((n) => n.name)) };
}

/** The values at which a prediction meets what is computed once. */
function keptValues(graph: Graph, outputs: readonly Value[], isKept: (value: Value) => boolean): readonly Value[] {
  const kept = new Map<string, Value>();
  const seen = new Set<string>();
  const byName = new Map(graph.nodes.map((n) => [n.name, n]));
  const visit = (name: string): void => {
    const value = valueOf(graph, name);
    if (isKept(value)) return void kept.set(name, value);
    if (seen.has(value.node)) return;
    seen.add(value.node);
    byName.get(value.node)?.inputs.forEach(visit);
  };
  outputs.map(wire).forEach(visit);
  return [...kept.values()];
}

const STATE = new Set(['VarHandleOp', 'ReadVariableOp']);

/** The nodes of a prediction, reading variables. */
function runningNodes(graph: Graph, outputs: readonly Value[], reads: ReadonlyMap<string, string>): readonly GraphNode[] {
  const rewired = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((input) => reads.get(input) ?? input) }));
  // Variables were added last, and are read by what came before.
  const [state, rest] = [true, false].map((of) => rewired.filter((n) => STATE.has(n.op) === of));
  return neededNodes([...state, ...rest], outputs.map(wire));
}

function valueOf(graph: Graph, name: string): Value {
  const [, port = '0'] = name.split(':');
  return graph.outputs(nodeOf(name))[Number(port)];
}
