import type { Span } from '../diagnostics/diagnostic.ts';

/** A YAML value in which every part knows the place it came from; composing files moves parts and keeps their places. */
export type Tree = ScalarTree | ListTree | MapTree;

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly value: string | number | boolean;
  readonly span: Span;
}

export interface ListTree {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly span: Span;
}

export interface MapTree {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly span: Span;
}

export interface Entry {
  readonly key: Span;
  readonly value: Tree;
}

export type Data = string | number | boolean | readonly Data[] | { readonly [key: string]: Data };

/** The plain value, without places. */
export function toData(tree: Tree): Data {
  switch (tree.kind) {
    case 'scalar': return tree.value;
    case 'list': return tree.items.map(toData);
    case 'map': return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, toData(entry.value)]));
  }
}

/** A tree for a value that no file wrote (a default, a `--set`): every part has the place given. */
export function fromData(data: Data, span: Span): Tree {
  if (Array.isArray(data)) return { kind: 'list', items: data.map((d) => fromData(d as Data, span)), span };
  if (typeof data === 'object') {
    const entries = Object.entries(data).map(([key, value]) => [key, { key: span, value: fromData(value as Data, span) }] as const);
    return { kind: 'map', entries: new Map(entries), span };
  }
  return { kind: 'scalar', value: data, span };
}

/** The entry's value of a map, or undefined. */
export function child(tree: Tree | undefined, key: string): Tree | undefined {
  if (tree?.kind === 'map') return tree.entries.get(key)?.value;
  if (tree?.kind === 'list' && /^\d+$/.test(key)) return tree.items[Number(key)];
  return undefined;
}

export function keysOf(tree: Tree | undefined): string[] {
  return tree?.kind === 'map' ? [...tree.entries.keys()] : tree?.kind === 'list' ? tree.items.map((_, i) => String(i)) : [];
}

export function kindText(tree: Tree): string {
  if (tree.kind === 'map') return 'a mapping';
  if (tree.kind === 'list') return 'a list';
  return typeof tree.value === 'string' ? `the text "${tree.value}"` : String(tree.value);
}
