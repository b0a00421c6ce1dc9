import type { Value } from '../expression/evaluate.ts';
import { failure } from '../diagnostics/failure.ts';
import { valueText } from '../schema/value.ts';
import { child, kindText, type MapTree, type Tree } from '../source/tree.ts';
import { itemsOf, resolve } from './reference.ts';
import type { Scope } from './scope.ts';
import { asText, evaluateTree } from './text.ts';
import type { NamedValue, Ports, TensorValue } from './values.ts';

const MAX_ROUNDS = 10_000;

/** One round of a loop: what its items are called and what they are. */
export interface Round {
  readonly key: string;
  readonly names: ReadonlyMap<string, NamedValue>;
  readonly tensors: ReadonlyMap<string, Ports>;
}

interface Column {
  readonly name: string;
  readonly values: readonly NamedValue[] | undefined;
  readonly tensors: readonly TensorValue[] | undefined;
}

/** The rounds of `repeat: n`, `chain: list` or `map: list`, with their names. */
export function roundsOf(tree: MapTree, form: 'repeat' | 'chain' | 'map', name: string, scope: Scope): Round[] {
  const source = child(tree, form) as Tree;
  const columns = form === 'repeat' ? [] : columnsOf(source, form, scope);
  const count = form === 'repeat' ? repeatCount(source, scope) : sharedLength(columns, source, form);
  const rounds = Array.from({ length: count }, (_, i) => roundAt(columns, i));
  const keys = keysOfRounds(tree, form, columns, rounds, scope);
  refuseDuplicates(keys, name, tree);
  return rounds.map((round, i) => ({ key: keys[i], ...round }));
}

function repeatCount(source: Tree, scope: Scope): number {
  const value = evaluateTree(source, scope);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_ROUNDS) return value;
  throw failure('normalize/repeat', `"repeat" is a whole number from 0 to ${MAX_ROUNDS}, received ${valueText(value)}`, source.span);
}

function columnsOf(source: Tree, form: string, scope: Scope): Column[] {
  if (source.kind === 'map') return [...source.entries].map(([name, { value }]) => columnOf(name, value, form, scope));
  return [columnOf('item', source, form, scope)];
}

/** A list of values (`$widths`, `[2, 4]`) or, by a reference, of tensors. */
function columnOf(name: string, source: Tree, form: string, scope: Scope): Column {
  if (source.kind === 'scalar' && typeof source.value === 'string' && !source.value.includes('$')) {
    return { name, values: undefined, tensors: itemsOf(resolve(source, scope)) };
  }
  const value = evaluateTree(source, scope);
  if (Array.isArray(value)) return { name, values: value as readonly Value[], tensors: undefined };
  throw failure('normalize/list', `"${form}" takes a list, received ${source.kind === 'map' ? kindText(source) : valueText(value)}`, source.span);
}

function sharedLength(columns: readonly Column[], source: Tree, form: string): number {
  const lengths = columns.map((c) => (c.values ?? c.tensors ?? []).length);
  if (columns.length === 0) throw failure('normalize/list', `"${form}" needs at least one list`, source.span);
  if (lengths.some((n) => n !== lengths[0])) {
    const shown = columns.map((c, i) => `${c.name} has ${lengths[i]}`).join(', ');
    throw failure('normalize/length', `the lists of "${form}" go in step and need equal lengths: ${shown}`, source.span);
  }
  return lengths[0];
}

function roundAt(columns: readonly Column[], i: number): Omit<Round, 'key'> {
  const names = new Map<string, NamedValue>([['index', i]]);
  const tensors = new Map<string, Ports>();
  for (const { name, values, tensors: list } of columns) {
    if (values) names.set(name, values[i]);
    if (list) tensors.set(name, new Map([['out', list[i]]]));
  }
  return { names, tensors };
}

function keysOfRounds(tree: MapTree, form: string, columns: readonly Column[], rounds: readonly Omit<Round, 'key'>[], scope: Scope): string[] {
  const key = child(tree, 'key');
  if (key) return rounds.map((r) => keyText(key, { ...scope, names: new Map([...scope.names, ...r.names]) }));
  if (form === 'repeat') return rounds.map((_, i) => String(i));
  const [only] = columns;
  const items = columns.length === 1 ? only.values : undefined;
  if (items?.every((v) => typeof v === 'string' || typeof v === 'number')) return items.map(String);
  throw failure('normalize/key', `this "${form}" needs a "key": its rounds have no name of their own`, tree.span, 'key: $index');
}

function keyText(key: Tree, scope: Scope): string {
  const value = evaluateTree(key, scope);
  return typeof value === 'number' ? String(value) : asText(key, scope, '"key"');
}

/** Equal names would be equal paths, and equal paths would share weights in silence. */
function refuseDuplicates(keys: readonly string[], name: string, tree: MapTree): void {
  const twice = keys.find((k, i) => keys.indexOf(k) !== i);
  if (twice === undefined) return;
  throw failure('normalize/duplicate', `two rounds of "${name}" are named "${twice}"`, child(tree, 'key')?.span ?? tree.span, 'key: $index');
}
