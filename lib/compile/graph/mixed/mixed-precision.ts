import { DTYPE, type GraphNode, type Value } from '../graph.ts';
import { LEAST } from './pays.ts';
import { paint, type Painted } from './paint.ts';
import { sourceOf } from './wires.ts';

/**
 * A float32 graph in mixed precision: convolutions and products of matrices, and what lies between them, compute in bfloat16; sums,
 * losses, the statistics of normalisation, optimisers, variables and all that is `fetched` stay in float32. A value that both need is
 * cast once. Names and ports of nodes stay as they were. After Micikevicius et al. 2018 and TensorFlow's auto_mixed_precision.
 * @param least multiplications for each number read or written from which a convolution or product of matrices is cast
 */
export function mixedPrecision(nodes: readonly GraphNode[], fetched: readonly Value[], least = LEAST): readonly GraphNode[] {
  return rewired(nodes, paint(nodes, new Set(fetched.map((v) => v.node)), least));
}

/** The graph with its painted nodes in bfloat16, and casts where they meet the others. */
export function rewired(nodes: readonly GraphNode[], painted: ReadonlyMap<string, Painted>): readonly GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const casts = new Map<string, GraphNode>();
  const changed = nodes.map((node) => {
    const own = painted.get(node.name);
    const inputs = node.inputs.map((input, i) => wired(input, own?.inputs.has(i) === true, { byName, painted, casts }));
    return own ? lowered({ ...node, inputs }, own) : { ...node, inputs };
  });
  return [...changed, ...casts.values()];
}

interface Wiring {
  readonly byName: ReadonlyMap<string, GraphNode>;
  readonly painted: ReadonlyMap<string, Painted>;
  readonly casts: Map<string, GraphNode>;
}

/** The input, or the cast of it, that a node reads. */
function wired(input: string, low: boolean, { byName, painted, casts }: Wiring): string {
  const source = sourceOf(input);
  if (!source) return input;
  const given = painted.get(source.node)?.outputs.has(source.port) === true;
  const type = byName.get(source.node)?.outputs[source.port];
  if (given === low || type?.dtype !== DTYPE.float32) return input;
  const [from, to] = low ? [DTYPE.float32, DTYPE.bfloat16] : [DTYPE.bfloat16, DTYPE.float32];
  const name = `${source.node}_${source.port}_${low ? 'bfloat16' : 'float32'}`;
  const attributes = { SrcT: { type: from }, DstT: { type: to }, Truncate: { flag: false } };
  casts.set(name, { name, op: 'Cast', inputs: [input], attributes, outputs: [{ dtype: to, shape: type.shape }] });
  return name;
}

function lowered(node: GraphNode, { outputs, attribute }: Painted): GraphNode {
  const types = node.outputs.map((type, port) => (outputs.has(port) ? { ...type, dtype: DTYPE.bfloat16 } : type));
  return { ...node, attributes: { ...node.attributes, [attribute]: { type: DTYPE.bfloat16 } }, outputs: types };
}
