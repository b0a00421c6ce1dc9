import type { DiagnosticError, Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { formatPointer, parsePointer } from '../source/pointer.ts';
import { child, keysOf, kindText, type Entry, type MapTree, type Tree } from '../source/tree.ts';

/** Says whether a place that no file wrote is declared all the same: a param of a called graph, an optional field. */
export type Declares = (root: Tree, parts: readonly string[]) => Declared | undefined;

export interface Declared {
  /** Names that may stand beside the last part, for the hint. */
  readonly known: readonly string[];
  readonly found: boolean;
}

export interface PatchContext {
  readonly declares?: Declares;
}

/** Applies `remove`, then `add`, then `set` of a patch. Unknown targets are errors; nothing is merged. */
export function applyPatch(root: Tree, patch: Tree, context: PatchContext = {}): Tree {
  let out = root;
  for (const target of listOf(patch, 'remove')) out = removeAt(out, pointerOf(target), target.span);
  for (const [pointer, entry] of mapOf(patch, 'add')) out = addAt(out, parts(pointer, entry.key), entry.value, entry.key);
  for (const [pointer, entry] of mapOf(patch, 'set')) out = setAt(out, parts(pointer, entry.key), entry.value, entry.key, context);
  return out;
}

/** Replaces a value that exists or is declared. `/params/x` sets the param's default. */
export function setAt(root: Tree, path: readonly string[], value: Tree, at: Span, context: PatchContext = {}): Tree {
  const target = isParamValue(root, path, value) ? [...path, 'default'] : path;
  const exists = target.reduce<Tree | undefined>(child, root) !== undefined || isParamDefault(root, target);
  if (!exists) {
    const declared = context.declares?.(root, target);
    if (!declared?.found) throw unreachable('set', root, target, at, declared?.known);
  }
  return write(root, target, value, at);
}

function addAt(root: Tree, path: readonly string[], value: Tree, at: Span): Tree {
  if (path.reduce<Tree | undefined>(child, root) !== undefined) {
    throw failure('patch/exists', `${formatPointer(path)} exists already`, at, 'use "set" to change it');
  }
  const parent = path.slice(0, -1).reduce<Tree | undefined>(child, root);
  if (parent === undefined) throw unreachable('add', root, path, at);
  return write(root, path, value, at);
}

function removeAt(root: Tree, path: readonly string[], at: Span): Tree {
  const parent = path.slice(0, -1).reduce<Tree | undefined>(child, root);
  const last = path.at(-1);
  if (last === undefined || child(parent, last) === undefined) throw unreachable('remove', root, path, at);
  return forget(rewrite(root, path.slice(0, -1), (tree) => without(tree, last)), path);
}

/** What is removed leaves `order` and `components` too: a component that lost all its places is gone. */
function forget(root: Tree, path: readonly string[]): Tree {
  const pointer = formatPointer(path);
  const order = child(root, 'order');
  const components = child(root, 'components');
  let out = root;
  if (path.length === 2 && path[0] === 'phases' && order?.kind === 'list') {
    out = replaceEntry(out, 'order', { ...order, items: order.items.filter((item) => !(item.kind === 'scalar' && item.value === path[1])) });
  }
  if (components?.kind === 'map') {
    const kept = [...components.entries].map(([name, entry]) => [name, { ...entry, value: withoutPointer(entry.value, pointer) }] as const);
    const entries = new Map(kept.filter(([, { value }]) => value.kind !== 'list' || value.items.length > 0));
    out = entries.size > 0 ? replaceEntry(out, 'components', { ...components, entries }) : without(out, 'components');
  }
  return out;
}

function withoutPointer(list: Tree, pointer: string): Tree {
  if (list.kind !== 'list') return list;
  const gone = (item: Tree): boolean => item.kind === 'scalar' && (item.value === pointer || String(item.value).startsWith(`${pointer}/`));
  return { ...list, items: list.items.filter((item) => !gone(item)) };
}

function replaceEntry(root: Tree, key: string, value: Tree): Tree {
  return withEntry(root, key, { key: keySpan(root, key) ?? value.span, value }, value.span);
}

/** An experiment's or graph's param is set by its name alone: `/params/lambda: 2` is its new default. */
function isParamValue(root: Tree, path: readonly string[], value: Tree): boolean {
  if (path.length !== 2 || path[0] !== 'params') return false;
  const declaration = path.reduce<Tree | undefined>(child, root);
  const redeclares = value.kind === 'map' && (value.entries.has('type') || value.entries.has('default') || value.entries.has('enum'));
  return declaration !== undefined && !redeclares;
}

function isParamDefault(root: Tree, path: readonly string[]): boolean {
  return path.length === 3 && path[0] === 'params' && path[2] === 'default' && child(child(root, 'params'), path[1]) !== undefined;
}

function write(root: Tree, path: readonly string[], value: Tree, at: Span): Tree {
  const last = path.at(-1);
  if (last === undefined) return value;
  return rewrite(root, path.slice(0, -1), (parent) => withEntry(parent, last, { key: at, value }, at));
}

function rewrite(tree: Tree | undefined, path: readonly string[], change: (at: Tree) => Tree): Tree {
  // A declared place may lack its parents (`with` of a call that gives no params).
  const here: Tree = tree ?? { kind: 'map', entries: new Map(), span: { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 } };
  const [first, ...rest] = path;
  if (first === undefined) return change(here);
  const below = rewrite(child(here, first), rest, change);
  return withEntry(here, first, { key: keySpan(here, first) ?? below.span, value: below }, below.span);
}

function keySpan(tree: Tree, key: string): Span | undefined {
  return tree.kind === 'map' ? tree.entries.get(key)?.key : undefined;
}

function withEntry(tree: Tree, key: string, entry: Entry, at: Span): Tree {
  if (tree.kind === 'map') return { ...tree, entries: new Map([...tree.entries, [key, entry]]) };
  if (tree.kind === 'list' && /^\d+$/.test(key) && Number(key) <= tree.items.length) {
    return { ...tree, items: Object.assign([...tree.items], { [Number(key)]: entry.value }) };
  }
  throw failure('patch/unreachable', `${kindText(tree)} has no entries that could be set`, at);
}

function without(tree: Tree, key: string): Tree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.filter((_, i) => String(i) !== key) };
  const entries = new Map((tree as MapTree).entries);
  entries.delete(key);
  return { ...(tree as MapTree), entries };
}

function unreachable(verb: string, root: Tree, path: readonly string[], at: Span, declared: readonly string[] = []): DiagnosticError {
  const { message, hint } = whereItEnds(root, path, declared);
  return failure('patch/unreachable', `${verb} ${message}`, at, hint ?? (verb === 'set' ? 'use "add" for something new' : undefined));
}

/** `/a/b reaches nothing: /a has no "b"`, and the nearest name. */
export function whereItEnds(root: Tree, path: readonly string[], declared: readonly string[] = []): { readonly message: string; readonly hint: string | undefined } {
  let depth = 0;
  let here: Tree = root;
  for (; depth < path.length; depth++) {
    const next = child(here, path[depth]);
    if (next === undefined) break;
    here = next;
  }
  const reached = formatPointer(path.slice(0, depth)) || 'the document';
  const missing = path[Math.min(depth, path.length - 1)];
  // A document's head is no place for patches, so it is no help either.
  const keys = keysOf(here).filter((key) => depth > 0 || !['kind', 'name', 'doc', 'source', 'extends'].includes(key));
  const hint = suggestion(missing, new Set([...declared, ...keys]));
  return { message: `${formatPointer(path)} reaches nothing: ${reached} has no "${missing}"`, hint };
}

function parts(pointer: string, at: Span): string[] {
  if (pointer === '') throw failure('patch/pointer', 'a patch changes places inside a document, not all of it', at, 'for example /train/steps');
  try {
    return parsePointer(pointer);
  } catch (error) {
    throw failure('patch/pointer', (error as Error).message, at, `write /${pointer.replace(/^[./]+/, '').replaceAll('.', '/') || 'train/steps'}`);
  }
}

function pointerOf(tree: Tree): string[] {
  if (tree.kind !== 'scalar') throw failure('patch/pointer', `expected a pointer, received ${kindText(tree)}`, tree.span);
  return parts(String(tree.value), tree.span);
}

function listOf(patch: Tree, key: string): readonly Tree[] {
  const tree = child(patch, key);
  if (tree === undefined) return [];
  if (tree.kind !== 'list') throw failure('patch/shape', `"${key}" is a list of pointers, received ${kindText(tree)}`, tree.span);
  return tree.items;
}

function mapOf(patch: Tree, key: string): readonly (readonly [string, Entry])[] {
  const tree = child(patch, key);
  if (tree === undefined) return [];
  if (tree.kind !== 'map') throw failure('patch/shape', `"${key}" maps pointers to values, received ${kindText(tree)}`, tree.span);
  return [...tree.entries];
}
