import { DTYPE, type GraphNode, type ValueType } from '../graph.ts';
import { sizeOf } from '../shape-rule.ts';
import { pays } from './pays.ts';
import { ruleOf, type Rule } from './rules.ts';
import { sourceOf, Wires, type Source } from './wires.ts';

/** A node that computes in bfloat16, with its inputs and outputs of that dtype. */
export interface Painted {
  readonly inputs: ReadonlySet<number>;
  readonly outputs: ReadonlySet<number>;
  /** The attribute that says so. */
  readonly attribute: string;
}

/** An input this many times smaller than the largest is cast rather than heeded: a scale for each channel, a scalar. */
const SMALL = 8;

/** A node with a rule. */
export interface Candidate extends Painted {
  readonly node: GraphNode;
  readonly role: Rule['role'];
}

/**
 * Which nodes of a float32 graph compute in bfloat16, by name. `fetched` nodes stay in float32. With the flow, what is
 * fast and what follows it; against the flow, what follows and is read in float32 alone goes back, so that it is rounded once less, and
 * what only moves numbers goes into bfloat16 where bfloat16 alone reads it, so that the cast comes before a copy grows.
 */
export function paint(nodes: readonly GraphNode[], fetched: ReadonlySet<string>, least: number): ReadonlyMap<string, Painted> {
  const wires = new Wires(nodes);
  const painted = new Map<string, Candidate>();
  const candidates = candidatesOf(nodes, least).filter((c) => !fetched.has(c.node.name));
  for (const c of candidates) if (c.role === 'fast' || follows(c, wires, painted)) painted.set(c.node.name, c);
  const readers = readersOf(nodes);
  for (const c of candidates.reverse()) {
    const low = lowReaders(c, readers, painted);
    if (c.role !== 'fast' && low === 0 && !fuses(c, painted)) painted.delete(c.node.name);
    else if (c.role === 'moves' && low > 0 && low === (readers.get(c.node.name) ?? []).length) painted.set(c.node.name, c);
  }
  return painted;
}

/** The nodes that may compute in bfloat16, in order; see `mixedPrecision` for `least`. */
export function candidatesOf(nodes: readonly GraphNode[], least: number): Candidate[] {
  const wires = new Wires(nodes);
  return nodes.flatMap((node) => candidate(node, wires, least));
}

function candidate(node: GraphNode, wires: Wires, least: number): Candidate[] {
  const rule = ruleOf(node);
  if (!rule) return [];
  const isFloat = (type: ValueType | undefined): boolean => type?.dtype === DTYPE.float32;
  const inputs = rule.inputs ?? node.inputs.flatMap((input, i) => (isFloat(typeAt(input, wires)) ? [i] : []));
  const outputs = rule.outputs ?? node.outputs.flatMap((type, i) => (isFloat(type) ? [i] : []));
  const role = rule.role === 'fast' && !pays(node, inputs.map((i) => typeAt(node.inputs[i], wires) as ValueType), least) ? 'follows' : rule.role;
  return [{ node, role, inputs: new Set(inputs), outputs: new Set(outputs), attribute: rule.attribute ?? 'T' }];
}

function typeAt(input: string, wires: Wires): ValueType | undefined {
  const source = sourceOf(input);
  return source && wires.typeOf(source);
}

/** Whether all large inputs of a node are bfloat16. */
function follows({ node, inputs }: Candidate, wires: Wires, painted: ReadonlyMap<string, Painted>): boolean {
  const sources = [...inputs].map((i) => sourceOf(node.inputs[i]) as Source);
  const sizes = sources.map((s) => sizeOf(wires.typeOf(s).shape));
  const largest = Math.max(...sizes);
  return sources.every(({ node: name, port }, i) => sizes[i] * SMALL <= largest || painted.get(name)?.outputs.has(port) === true);
}

interface Reader {
  readonly name: string;
  readonly input: number;
  readonly port: number;
}

function readersOf(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly Reader[]> {
  const readers = new Map<string, Reader[]>();
  for (const { name, inputs } of nodes) {
    inputs.forEach((text, input) => {
      const source = sourceOf(text);
      if (source) readers.set(source.node, [...(readers.get(source.node) ?? []), { name, input, port: source.port }]);
    });
  }
  return readers;
}

/** How many inputs of bfloat16 the node's outputs go to. */
function lowReaders({ node, outputs }: Candidate, readers: ReadonlyMap<string, readonly Reader[]>, painted: ReadonlyMap<string, Painted>): number {
  return (readers.get(node.name) ?? []).filter((r) => outputs.has(r.port) && painted.get(r.name)?.inputs.has(r.input) === true).length;
}

/** TensorFlow makes one kernel of a convolution and its bias, which adds before it rounds. */
function fuses({ node }: Candidate, painted: ReadonlyMap<string, Candidate>): boolean {
  const source = sourceOf(node.inputs[0]);
  return node.op === 'BiasAdd' && source !== undefined && painted.get(source.node)?.role === 'fast';
}
