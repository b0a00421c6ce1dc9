import { createHash } from 'node:crypto';
import { wire, type GraphNode, type Value, type ValueType } from '../graph.ts';
import type { OperationCall } from '../shape-rule.ts';
import { outputTypes } from '../shapes.ts';
import { winograd, type Writer } from './winograd.ts';

/** A graph whose large 3x3 convolutions, and their gradients, are in Winograd's form; names and ports of nodes stay as they were. */
export function winogradNodes(nodes: readonly GraphNode[]): readonly GraphNode[] {
  const values = new Map(nodes.flatMap(valuesOf).map((v) => [wire(v), v]));
  const added = new AddedNodes();
  const changed = nodes.map((node) => {
    const call = callOf(node, values);
    const form = call && winograd(call, added);
    return form ? { ...node, op: 'Identity', inputs: [wire(form)], attributes: { T: { type: form.dtype } } } : node;
  });
  return added.nodes.length === 0 ? nodes : [...added.nodes, ...changed];
}

function valuesOf({ name, outputs, attributes: { value } }: GraphNode): Value[] {
  const constant = value && 'tensor' in value ? value.tensor.data : undefined;
  return outputs.map((type, port) => ({ ...type, node: name, port, ...(constant && { constant }) }));
}

/** A node whose inputs are all known; none that waits for another node, since its form would not. */
function callOf({ op, inputs, attributes }: GraphNode, values: ReadonlyMap<string, Value>): OperationCall | undefined {
  const found = inputs.flatMap((name) => values.get(name) ?? []);
  return found.length === inputs.length ? { op, inputs: found, attributes } : undefined;
}

/** Nodes by what they do: equal ones are one. */
class AddedNodes implements Writer {
  readonly #nodes = new Map<string, GraphNode>();

  get nodes(): readonly GraphNode[] {
    return [...this.#nodes.values()];
  }

  constant(dtype: number, shape: readonly number[], data: Value['constant'] & object): Value {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const attributes = { dtype: { type: dtype }, value: { tensor: { dtype, shape, data } } };
    return { ...this.#add('Const', [], attributes, { dtype, shape }, [dtype, shape, digest(bytes)]), constant: data };
  }

  one(op: string, inputs: readonly Value[], attributes: GraphNode['attributes'], after?: Value): Value {
    const wires = [...inputs.map(wire), ...(after ? [`^${after.node}`] : [])];
    const [type] = outputTypes({ op, inputs, attributes });
    return this.#add(op, wires, attributes, type, [wires, attributes]);
  }

  #add(op: string, inputs: readonly string[], attributes: GraphNode['attributes'], type: ValueType, content: unknown): Value {
    const name = `winograd_${op}_${digest(JSON.stringify(content)).slice(0, 32)}`;
    if (!this.#nodes.has(name)) this.#nodes.set(name, { name, op, inputs, attributes, outputs: [type] });
    return { ...type, node: name, port: 0 };
  }
}

const digest = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
