import { DTYPE, type Graph, type Value } from './graph.ts';
import { sizeOf } from './shape-rule.ts';
import type { GraphVariable, VariableChunk } from './variable-chunks.ts';

/** Bytes that go into or out of the session at once. */
const CHUNK_BYTES = 128 * 2 ** 20;

const FLOAT = { type: DTYPE.float32 };

/** The resource variables of a graph: the weights, slots and averages of a run, by their names in its state. */
export class GraphVariables {
  readonly #graph: Graph;
  readonly #byKey = new Map<string, GraphVariable>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  get keys(): readonly string[] {
    return [...this.#byKey.keys()];
  }

  get(key: string): GraphVariable | undefined {
    return this.#byKey.get(key);
  }

  /** The variable of a key, made on first use. */
  declare(key: string, shape: readonly number[]): GraphVariable {
    const found = this.#byKey.get(key);
    if (found) return found;
    const name = `v${this.#byKey.size}`;
    const attributes = { dtype: FLOAT, shape: { shape }, shared_name: { text: name }, container: { text: '' } };
    const handle = this.#graph.one('VarHandleOp', [], attributes, { dtype: DTYPE.resource, shape: [] }, { name });
    const read = this.#graph.one('ReadVariableOp', [handle], { dtype: FLOAT }, { dtype: DTYPE.float32, shape }, { name: `${name}_read` });
    const variable = { key, shape, handle, read };
    this.#byKey.set(key, variable);
    return variable;
  }

  /** Adds a node that overwrites a variable; gives the node's name. */
  assign(variable: GraphVariable, value: Value): string {
    const name = `assign${this.#graph.nodes.length}`;
    this.#graph.add('AssignVariableOp', [variable.handle, value], { dtype: FLOAT }, [], { name, effect: true });
    return name;
  }

  /** Adds the nodes through which the variables are set: to be called once, when all are declared. Slots, which begin as zeros, come by themselves. */
  finish(): VariableChunk[] {
    const all = [...this.#byKey.values()];
    const isSlot = ({ key }: GraphVariable): boolean => key.startsWith('slot:');
    return [...chunked(all.filter((v) => !isSlot(v))), ...chunked(all.filter(isSlot))].map((variables, k) => {
      const members = variables.map((variable) => ({ variable, given: this.#graph.placeholder(`${variable.handle.node}_given`, { dtype: DTYPE.float32, shape: variable.shape }) }));
      return {
        members,
        done: this.#token(`set${k}`, members.map((m) => this.assign(m.variable, m.given))),
        cleared: this.#token(`clear${k}`, variables.map((variable) => this.assign(variable, this.#zeros(variable.shape)))),
      };
    });
  }

  #token(name: string, after: readonly string[]): Value {
    const zero = this.#graph.constant({ dtype: DTYPE.float32, shape: [], data: new Float32Array(1) });
    return this.#graph.one('Identity', [zero], { T: FLOAT }, zero, { after, name });
  }

  #zeros(shape: readonly number[]): Value {
    const sizes = this.#graph.constant({ dtype: DTYPE.int32, shape: [shape.length], data: Int32Array.from(shape) });
    const zero = this.#graph.constant({ dtype: DTYPE.float32, shape: [], data: new Float32Array(1) });
    return this.#graph.one('Fill', [sizes, zero], { T: FLOAT, index_type: { type: DTYPE.int32 } }, { dtype: DTYPE.float32, shape });
  }
}

function chunked(variables: readonly GraphVariable[]): GraphVariable[][] {
  const chunks: GraphVariable[][] = [];
  let room = 0;
  for (const variable of variables) {
    const bytes = 4 * sizeOf(variable.shape);
    if (chunks.length === 0 || bytes > room) {
      chunks.push([]);
      room = CHUNK_BYTES;
    }
    chunks[chunks.length - 1].push(variable);
    room -= bytes;
  }
  return chunks;
}
