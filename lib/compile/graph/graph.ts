import { createHash } from 'node:crypto';

/** TensorFlow's numbers of the dtypes that graphs hold. */
export const DTYPE = { float32: 1, int32: 3, bool: 10, bfloat16: 14, resource: 20 } as const;

/** One attribute of a node, as GraphDef stores it. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly flag: boolean }
  | { readonly text: string }
  | { readonly type: number }
  | { readonly shape: readonly number[] }
  | { readonly tensor: Constant };

export type Attributes = Readonly<Record<string, Attribute>>;

export type Bytes = Float32Array | Int32Array | Uint8Array;

export interface Constant {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly data: Bytes;
}

/** What a node gives at a port: dtype and shape, and the numbers where it is a constant. */
export interface ValueType {
  readonly dtype: number;
  readonly shape: readonly number[];
}

export interface Value extends ValueType {
  readonly node: string;
  readonly port: number;
  readonly constant?: Bytes;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** `node`, `node:1`; control inputs `^node` last. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  /** What it gives at each port; passes over graphs read it, the file does not hold it. */
  readonly outputs: readonly ValueType[];
}

export interface NodeOptions {
  readonly name?: string;
  /** Nodes that run before this one. */
  readonly after?: readonly string[];
  /** A node of effects (assignments): never merged with an equal one. */
  readonly effect?: boolean;
}

/** A TensorFlow graph being written. Equal pure nodes are one node, so what two phases share is computed once. */
export class Graph {
  readonly #nodes: GraphNode[] = [];
  readonly #known = new Map<string, readonly Value[]>();
  readonly #outputs = new Map<string, readonly Value[]>();

  /** What a node of this graph gives. */
  outputs(node: string): readonly Value[] {
    return this.#outputs.get(node) ?? [];
  }

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** Adds a node with the given outputs, or finds the equal one that is there. */
  add(op: string, inputs: readonly Value[], attributes: Attributes, outputs: readonly ValueType[], options: NodeOptions = {}): readonly Value[] {
    const wires = [...inputs.map(wire), ...(options.after ?? []).map((node) => `^${node}`)];
    const key = options.effect === true ? undefined : JSON.stringify([op, wires, options.name, entriesOf(attributes)]);
    const found = key === undefined ? undefined : this.#known.get(key);
    if (found) return found;
    const name = options.name ?? `n${this.#nodes.length}_${op}`;
    this.#nodes.push({ name, op, inputs: wires, attributes, outputs: outputs.map(({ dtype, shape }) => ({ dtype, shape })) });
    const values = outputs.map(({ dtype, shape }, port): Value => ({ node: name, port, dtype, shape }));
    if (key !== undefined) this.#known.set(key, values);
    this.#outputs.set(name, values);
    return values;
  }

  /** A node of one output. */
  one(op: string, inputs: readonly Value[], attributes: Attributes, output: ValueType, options?: NodeOptions): Value {
    return this.add(op, inputs, attributes, [output], options)[0];
  }

  constant(constant: Constant): Value {
    const { dtype, shape, data } = constant;
    const key = `constant ${dtype} ${shape.join(',')} ${hashOf(data)}`;
    const found = this.#known.get(key);
    if (found) return found[0];
    const name = `n${this.#nodes.length}_Const`;
    const copy = data.slice();
    this.#nodes.push({ name, op: 'Const', inputs: [], attributes: { dtype: { type: dtype }, value: { tensor: { dtype, shape, data: copy } } }, outputs: [{ dtype, shape }] });
    const value: Value = { node: name, port: 0, dtype, shape, constant: copy };
    this.#known.set(key, [value]);
    this.#outputs.set(name, [value]);
    return value;
  }

  placeholder(name: string, type: ValueType): Value {
    return this.one('Placeholder', [], { dtype: { type: type.dtype }, shape: { shape: type.shape } }, type, { name });
  }
}

/** How a value is named as an input of a node. */
export const wire = ({ node, port }: Value): string => (port === 0 ? node : `${node}:${port}`);

/** What nodes give, by the names that inputs have for it. */
export function valuesOf(nodes: readonly GraphNode[]): ReadonlyMap<string, Value> {
  return new Map(nodes.flatMap(({ name, outputs, attributes: { value } }) => {
    const constant = value && 'tensor' in value ? value.tensor.data : undefined;
    return outputs.map((type, port): Value => ({ ...type, node: name, port, ...(constant && { constant }) }));
  }).map((v) => [wire(v), v]));
}

/** How a value is named to `runSavedModel`. */
export const feedName = ({ node, port }: Value): string => `${node}:${port}`;

const entriesOf = (attributes: Attributes): unknown => Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));

function hashOf(data: Bytes): string {
  return createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('base64');
}
