import { createHash } from 'node:crypto';
import { computesOnProcessor } from '../../../engine/processor.ts';
import { valuesOf, wire, type GraphNode, type Value, type ValueType } from '../graph.ts';
import type { OperationCall } from '../shape-rule.ts';
import { outputTypes } from '../shapes.ts';
import { pays } from './convolution.ts';
import { mirroredGradient, winograd, type Writer } from './winograd.ts';

/** A graph with the fastest convolutions on the engine that is loaded: `winogradNodes` on a processor, what it was elsewhere. */
export const fastConvolutions = (nodes: readonly GraphNode[]): readonly GraphNode[] => (computesOnProcessor() ? winogradNodes(nodes) : nodes);

/** A graph whose large 3x3 and 4x4 convolutions, and their gradients, are in Winograd's form (see `winograd`); names and ports of nodes stay as they were. */
export function winogradNodes(nodes: readonly GraphNode[], isWanted = pays): readonly GraphNode[] {
  const values = valuesOf(nodes);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const makerOf = ({ node }: Value): OperationCall | undefined => {
    const maker = byName.get(node);
    return maker && callOf(maker, values);
  };
  const added = new AddedNodes(makerOf);
  const formOf = (call: OperationCall): Value | undefined => {
    const gradient = call.op === 'MirrorPadGrad' ? makerOf(call.inputs[0]) : undefined;
    return gradient ? mirroredGradient(call, gradient, added, isWanted) : winograd(call, added, isWanted);
  };
  return nodes.flatMap((node) => {
    const call = callOf(node, values);
    const form = call && formOf(call);
    return form ? [...added.take(), { ...node, op: 'Identity', inputs: [wire(form)], attributes: { T: { type: form.dtype } } }] : [node];
  });
}

/** A node whose inputs are all known; none that waits for another node, since its form would not. */
function callOf({ op, inputs, attributes }: GraphNode, values: ReadonlyMap<string, Value>): OperationCall | undefined {
  const found = inputs.flatMap((name) => values.get(name) ?? []);
  return found.length === inputs.length ? { op, inputs: found, attributes } : undefined;
}

/** Nodes named by what they do: equal ones are one. */
class AddedNodes implements Writer {
  readonly maker: Writer['maker'];
  readonly #names = new Set<string>();
  #fresh: GraphNode[] = [];

  constructor(maker: Writer['maker']) {
    this.maker = maker;
  }

  /** The nodes that were added since the last call. */
  take(): readonly GraphNode[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
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
    if (!this.#names.has(name)) this.#fresh.push({ name, op, inputs, attributes, outputs: [type] });
    this.#names.add(name);
    return { ...type, node: name, port: 0 };
  }
}

const digest = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
