import { Graph, wire, type Attributes, type GraphNode, type Value } from '../graph/graph.ts';
import { addOperation } from '../graph/lower.ts';
import { neededNodes } from '../graph/needed.ts';
import type { OperationCall } from '../graph/shape-rule.ts';
import { outputTypes } from '../graph/shapes.ts';

/** Gives a cheaper form of an operation that is about to be added, or nothing where it has none. */
export type Rule = (call: OperationCall, rewriter: Rewriter) => readonly Value[] | undefined;

/** A rewritten copy of what some outputs need of a graph. */
export interface Rewritten {
  readonly graph: Graph;
  readonly outputs: readonly Value[];
  /** Whether a value depends on no placeholder but the fixed ones. */
  isFixed(value: Value): boolean;
}

/**
 * Copies what `outputs` need of `source` into a new graph, every node by the first rule that has a better form of it. `fixed` names
 * the placeholders that stay the same from run to run (weights).
 */
export function rewrite(source: Graph, outputs: readonly Value[], fixed: ReadonlySet<string>, rules: readonly Rule[]): Rewritten {
  const rewriter = new Rewriter(fixed, rules);
  const values = new Map<string, Value>();
  const needed = neededNodes(source.nodes, outputs.map(wire));
  const uses = countUses(needed, outputs);
  for (const node of needed) {
    const results = copyNode(node, source, values, rewriter);
    const taken = new Set(node.inputs.map((name) => values.get(name)));
    source.outputs(node.name).forEach((old, port) => {
      const fresh = results[port];
      values.set(wire(old), fresh);
      // Where an operation gave way to what it read, it does not read that any more.
      rewriter.use(fresh, (uses.get(wire(old)) ?? 0) - (taken.has(fresh) ? 1 : 0));
    });
  }
  return { graph: rewriter.graph, outputs: outputs.map((o) => values.get(wire(o)) as Value), isFixed: (value) => rewriter.isFixed(value) };
}

function copyNode(node: GraphNode, source: Graph, values: ReadonlyMap<string, Value>, rewriter: Rewriter): readonly Value[] {
  const [first] = source.outputs(node.name);
  if (node.op === 'Placeholder') return [rewriter.placeholder(first)];
  if (first.constant !== undefined) return [rewriter.graph.constant({ ...first, data: first.constant })];
  const inputs = node.inputs.map((name) => {
    const value = values.get(name);
    if (!value) throw new Error(`${node.name} (${node.op}) waits for ${name}, which a prediction does not compute`);
    return value;
  });
  return rewriter.apply(node.op, inputs, node.attributes);
}

/** The graph being written, and what rules may ask of it. */
export class Rewriter {
  readonly graph = new Graph();
  readonly #rules: readonly Rule[];
  readonly #fixedNames: ReadonlySet<string>;
  readonly #fixed = new Map<string, boolean>();
  readonly #calls = new Map<string, OperationCall>();
  readonly #uses = new Map<string, number>();

  constructor(fixed: ReadonlySet<string>, rules: readonly Rule[]) {
    this.#fixedNames = fixed;
    this.#rules = rules;
  }

  placeholder({ node, dtype, shape }: Value): Value {
    this.#fixed.set(node, this.#fixedNames.has(node));
    return this.graph.placeholder(node, { dtype, shape });
  }

  /** Adds an operation in its best form. */
  apply(op: string, inputs: readonly Value[], attributes: Attributes): readonly Value[] {
    const call = { op, inputs, attributes };
    for (const rule of this.#rules) {
      const better = rule(call, this);
      if (better) return better;
    }
    const outputs = addOperation(this.graph, call);
    const { node } = outputs[0];
    this.#calls.set(node, call);
    this.#fixed.set(node, inputs.every((v) => this.isFixed(v)));
    return outputs;
  }

  /** The first output of an operation in its best form. */
  one(op: string, inputs: readonly Value[], attributes: Attributes): Value {
    return this.apply(op, inputs, attributes)[0];
  }

  /** The same as recorded, at every run and not before `after` is there, even where nothing but fixed values are read. */
  late(op: string, inputs: readonly Value[], attributes: Attributes, after: Value): Value {
    return this.graph.one(op, inputs, attributes, outputTypes({ op, inputs, attributes })[0], { after: [after.node] });
  }

  /** What made a value, where it is an operation's first output and nothing but the operation being rewritten reads it. */
  soleMaker(value: Value): OperationCall | undefined {
    const alone = value.port === 0 && (this.#uses.get(wire(value)) ?? 1) === 1;
    return alone ? this.maker(value) : undefined;
  }

  /** The operation that made a value. */
  maker(value: Value): OperationCall | undefined {
    return this.#calls.get(value.node);
  }

  isFixed(value: Value): boolean {
    return value.constant !== undefined || this.#fixed.get(value.node) === true;
  }

  /** Notes how often a value is read. */
  use(value: Value, times: number): void {
    this.#uses.set(wire(value), (this.#uses.get(wire(value)) ?? 0) + times);
  }
}

function countUses(nodes: readonly GraphNode[], outputs: readonly Value[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const name of [...nodes.flatMap((n) => n.inputs), ...outputs.map(wire)]) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}
