import { DTYPE, type GraphNode, type ValueType } from './graph.ts';
import { neededNodes, nodeOf } from './needed.ts';
import { pointwiseShapes } from './shapes-pointwise.ts';

/** Bytes that a run of a graph holds at once, beside its constants and feeds. */
export interface Liveness {
  /** The most at any time, variables included. */
  readonly peak: number;
  /** The variables that the run reads or writes. */
  readonly variables: number;
}

/** A piece of memory that one or more values share. */
interface Buffer {
  readonly bytes: number;
  /** Reads still to come, and one for a variable that holds it. */
  holders: number;
}

/** Nodes that hand on the memory of their first input. */
const ALIASES: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'ExpandDims', 'Squeeze', 'Switch', 'Merge', 'StopGradient']);
/** Nodes whose memory is not a run's own. */
const STEADY: ReadonlySet<string> = new Set(['Const', 'Placeholder', 'VarHandleOp']);

/**
 * Walks the nodes that `fetch` needs in an order in which TensorFlow's executor may run them (first ready, first run) and follows what
 * is alive: a value lives until its last reader has run, value-by-value operations write over an input that nobody else reads, an
 * assigned variable takes the new value's memory, and one that is changed in place is copied where somebody still reads it.
 */
export function liveness(nodes: readonly GraphNode[], fetch: string): Liveness {
  return new Walk(neededNodes(nodes, [fetch])).run();
}

const isControl = (wire: string): boolean => wire.startsWith('^');

const WIDTHS: Readonly<Record<number, number>> = { [DTYPE.bool]: 1, [DTYPE.bfloat16]: 2 };
const bytesOf = ({ dtype, shape }: ValueType): number => shape.reduce((n, d) => n * d, WIDTHS[dtype] ?? 4);

class Walk {
  readonly #nodes: readonly GraphNode[];
  /** Node -> nodes that wait for it, one entry for each wire. */
  readonly #readers = new Map<string, GraphNode[]>();
  readonly #uses = new Map<string, number>();
  readonly #buffers = new Map<string, Buffer>();
  readonly #variables = new Map<string, Buffer>();
  #alive = 0;
  #peak = 0;

  constructor(nodes: readonly GraphNode[]) {
    this.#nodes = nodes;
    for (const node of nodes) {
      for (const wire of node.inputs) {
        const from = nodeOf(wire);
        this.#readers.set(from, [...(this.#readers.get(from) ?? []), node]);
        if (!isControl(wire)) this.#uses.set(portOf(wire), (this.#uses.get(portOf(wire)) ?? 0) + 1);
      }
      if (node.op === 'VarHandleOp') this.#variables.set(node.name, this.#allocate(bytesOf(variableType(node)), 1));
    }
  }

  run(): Liveness {
    const variables = this.#alive;
    const waiting = new Map(this.#nodes.map((n) => [n.name, n.inputs.length]));
    const ready = this.#nodes.filter((n) => n.inputs.length === 0);
    for (const node of ready) {
      this.#execute(node);
      for (const reader of this.#readers.get(node.name) ?? []) {
        const left = (waiting.get(reader.name) as number) - 1;
        waiting.set(reader.name, left);
        if (left === 0) ready.push(reader);
      }
    }
    return { peak: this.#peak, variables };
  }

  #execute(node: GraphNode): void {
    const data = node.inputs.filter((wire) => !isControl(wire));
    const made = STEADY.has(node.op) ? [] : node.outputs.map((type, port) => this.#produce(node, data, type, port));
    if (node.op === 'AssignVariableOp') this.#assign(nodeOf(data[0]), data[1]);
    if (node.op.startsWith('ResourceApply')) data.forEach((wire) => this.#change(nodeOf(wire)));
    for (const wire of data) this.#release(this.#buffers.get(portOf(wire)));
    made.forEach((buffer) => this.#release(buffer));
  }

  /** An output's memory, held once more until the node is done. */
  #produce(node: GraphNode, data: readonly string[], type: ValueType, port: number): Buffer | undefined {
    const key = `${node.name}:${port}`;
    const uses = (this.#uses.get(key) ?? 0) + 1;
    const shared = this.#shared(node, data, bytesOf(type));
    if (shared) shared.holders += uses;
    // What hands on a constant or a feed takes no memory of the run.
    else if (ALIASES.has(node.op) && data.every((wire) => !this.#buffers.has(portOf(wire)))) return undefined;
    const buffer = shared ?? this.#allocate(bytesOf(type), uses);
    this.#buffers.set(key, buffer);
    return buffer;
  }

  /** The memory that an output takes over from an input. */
  #shared(node: GraphNode, data: readonly string[], bytes: number): Buffer | undefined {
    if (node.op === 'ReadVariableOp') return this.#variables.get(nodeOf(data[0]));
    if (ALIASES.has(node.op)) return this.#buffers.get(portOf(data[0])) ?? this.#buffers.get(portOf(data.at(-1) as string));
    if (!(node.op in pointwiseShapes)) return undefined;
    return data.map((wire) => this.#buffers.get(portOf(wire))).find((b) => b !== undefined && b.holders === 1 && b.bytes === bytes);
  }

  #assign(variable: string, wire: string): void {
    const old = this.#variables.get(variable) as Buffer;
    const given = this.#buffers.get(portOf(wire));
    const fresh = given ?? this.#allocate(old.bytes, 0);
    fresh.holders++;
    this.#variables.set(variable, fresh);
    this.#release(old);
  }

  /** A variable that is changed in place is copied first where somebody still reads it. */
  #change(variable: string): void {
    const old = this.#variables.get(variable);
    if (!old || old.holders === 1) return;
    this.#variables.set(variable, this.#allocate(old.bytes, 1));
    this.#release(old);
  }

  #allocate(bytes: number, holders: number): Buffer {
    this.#alive += bytes;
    this.#peak = Math.max(this.#peak, this.#alive);
    return { bytes, holders };
  }

  #release(buffer: Buffer | undefined): void {
    if (!buffer) return;
    buffer.holders--;
    if (buffer.holders === 0) this.#alive -= buffer.bytes;
  }
}

const portOf = (wire: string): string => (wire.includes(':') ? wire : `${wire}:0`);

function variableType({ name, attributes: { dtype, shape } }: GraphNode): ValueType {
  if (dtype && 'type' in dtype && shape && 'shape' in shape) return { dtype: dtype.type, shape: shape.shape };
  throw new Error(`the variable ${name} has no type`);
}
