import fc from 'fast-check';
import { isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';

/** Values that stand where others belong. */
const VALUES: readonly unknown[] = [0, -1, 1e300, 0.5, true, false, '', 'x', '$', '$x', '$(', '$(1 / 0)', '$(depth-1)', '$(given(x))', 'conv2d', 'add', '/a/b', './nowhere.yaml', '../..', [], {}, [[]], ['x', 'x'], { x: 'x' }, { default: 1 }, 'a.b.c', '.', '...', 1e9, 'x'.repeat(300), '__proto__', [1, 'a', { b: [] }]];
const KEYS: readonly string[] = ['op', 'in', 'graph', 'model', 'seq', 'repeat', 'chain', 'map', 'do', 'nodes', 'when', 'carry', 'next', 'key', 'collect', 'with', 'take', 'share', 'inputs', 'outputs', 'params', 'kind', 'extends', 'set', 'add', 'remove', 'type', 'default', 'x', 'A', '', '1', 'toString', 'hasOwnProperty'];

export type Mutation =
  | { readonly kind: 'value'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'key'; readonly at: number; readonly key: string }
  | { readonly kind: 'remove' | 'swap' | 'nest' | 'duplicate'; readonly at: number; readonly to: number }
  | { readonly kind: 'insert'; readonly at: number; readonly key: string; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly at: number; readonly cut: number; readonly text: string };

const at = fc.nat({ max: 100_000 });
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(fc.oneof(
  fc.record({ kind: fc.constant('value' as const), at, value: fc.constantFrom(...VALUES) }),
  fc.record({ kind: fc.constant('key' as const), at, key: fc.constantFrom(...KEYS) }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'swap' as const, 'nest' as const, 'duplicate' as const), at, to: at }),
  fc.record({ kind: fc.constant('insert' as const), at, key: fc.constantFrom(...KEYS), value: fc.constantFrom(...VALUES) }),
  fc.record({ kind: fc.constant('bytes' as const), at, cut: fc.nat({ max: 4 }), text: fc.oneof(fc.constantFrom('\t', '{', '}', '[', ']', ':', ': ', '- ', '\n', '*a', '&a', '<<', '"', "'", '#', '|', '>', '$', '\u0000', '\ufeff', '?', '!!js/function'), fc.string({ maxLength: 4 })) }),
), { minLength: 1, maxLength: 3 });

/** A text with mutations of its values, keys, structure and bytes. */
export function mutate(text: string, list: readonly Mutation[]): string {
  return list.reduce((out, m) => (m.kind === 'bytes' ? mutateBytes(out, m) : mutateTree(out, m)), text);
}

function mutateBytes(text: string, m: Extract<Mutation, { kind: 'bytes' }>): string {
  const where = m.at % (text.length + 1);
  return text.slice(0, where) + m.text + text.slice(where + m.cut);
}

interface Slot {
  readonly parent: Node;
  readonly index: number;
}

function mutateTree(text: string, m: Exclude<Mutation, { kind: 'bytes' }>): string {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0) return text;
  const slots = slotsOf(document.contents);
  if (slots.length === 0) return text;
  change(document, slots, m);
  try {
    return String(document);
  } catch {
    // A mutation that YAML cannot write is none.
    return text;
  }
}

function slotsOf(node: unknown): Slot[] {
  if (isMap(node)) return node.items.flatMap((pair, index) => [{ parent: node, index }, ...slotsOf(pair.value)]);
  if (isSeq(node)) return node.items.flatMap((item, index) => [{ parent: node, index }, ...slotsOf(item)]);
  return [];
}

function change(document: Document, slots: readonly Slot[], m: Exclude<Mutation, { kind: 'bytes' }>): void {
  const { parent, index } = slots[m.at % slots.length];
  if (m.kind === 'value') write(parent, index, document.createNode(m.value));
  else if (m.kind === 'key') rename(parent, index, m.key);
  else if (m.kind === 'insert' && isMap(parent)) parent.items.push(document.createPair(m.key, m.value));
  else if (m.kind === 'remove' && (isMap(parent) || isSeq(parent))) parent.items.splice(index, 1);
  else if ('to' in m) move(document, { parent, index }, slots[m.to % slots.length], m.kind);
}

function move(document: Document, from: Slot, to: Slot, kind: Mutation['kind']): void {
  const value = plain(read(from));
  if (kind === 'swap') {
    write(from.parent, from.index, document.createNode(plain(read(to))));
    write(to.parent, to.index, document.createNode(value));
  } else if (kind === 'nest') write(from.parent, from.index, document.createNode({ inner: value }));
  else if (kind === 'duplicate') write(to.parent, to.index, document.createNode(value));
}

function read({ parent, index }: Slot): unknown {
  if (isMap(parent)) return parent.items[index]?.value;
  return isSeq(parent) ? parent.items[index] : undefined;
}

function write(parent: Node, index: number, value: unknown): void {
  if (isMap(parent) && parent.items[index]) parent.items[index].value = value;
  else if (isSeq(parent)) parent.items[index] = value;
}

function rename(parent: Node, index: number, key: string): void {
  const pair = isMap(parent) ? parent.items[index] : undefined;
  if (pair && isScalar(pair.key)) pair.key.value = key;
}

const plain = (node: unknown): unknown => JSON.parse(JSON.stringify(node ?? 'none')) as unknown;
