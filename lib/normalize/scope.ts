import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import type { ModelCall } from '../ir/ir.ts';
import type { Registry } from '../registry/registry.ts';
import type { ValueChecker } from '../schema/value.ts';
import type { MapTree, Tree } from '../source/tree.ts';
import type { Builder, Expansion } from './builder.ts';
import type { Memory } from './memory.ts';
import type { LocalGraphs, NamedValue, PortValue, Ports } from './values.ts';

/** Where a piece of a file is expanded: what its names mean, and under which paths its nodes and weights go. */
export interface Scope {
  readonly session: Session;
  /** Prefix of node paths, `''` at the top. */
  readonly path: string;
  /** Path of the graph call this is part of: no name reaches further out. Default: the top. */
  readonly root?: string;
  /** Prefix of weight ids; differs from `path` under `share` and in model calls. */
  readonly weightPath: string;
  readonly locals: LocalGraphs;
  /** `$name`: params, dimensions and loop items; one namespace. */
  readonly names: ReadonlyMap<string, NamedValue>;
  /** Tensors that are not nodes here: the graph's inputs, carried values, tensor items of a loop. */
  readonly inputs: ReadonlyMap<string, Ports>;
  /** Optional inputs that were left out. */
  readonly missing: ReadonlySet<string>;
  readonly table: NodeTable | undefined;
  /** The surrounding scope of a loop's body; a called graph has none. */
  readonly parent?: Scope;
  readonly call?: ModelCall;
  readonly remat?: string;
  /** Places of the calls that led here, innermost first. */
  readonly calls: readonly Span[];
  /** Graphs being expanded, to refuse recursion. */
  readonly stack: readonly Tree[];
}

/** What one normalisation shares among all its scopes. */
export interface Session {
  readonly registry: Registry;
  readonly builder: Builder;
  /** The composed, schema-checked document of a graph file. */
  readonly graphFile: (file: string, from: Span) => MapTree;
  readonly values: ValueChecker;
  readonly memory: Memory;
  /** Calls of models that were expanded before, by `callKey`. */
  readonly known: Map<string, Expansion>;
  /** Expands one node under a name; an argument so that the constructs need not import one another. */
  readonly expand: Expand;
  /** Calls a model of an experiment; absent in plain graphs. */
  readonly callModel?: (name: string, call: ModelCallRequest) => Ports;
  /** `generator.weights`: the trainable weights of a model, as a list. */
  readonly modelWeights?: (name: string) => PortValue | undefined;
}

/** `piped` is the value a `seq` or a loop hands to its item. */
export type Expand = (tree: Tree, name: string, scope: Scope, piped?: PortValue) => Ports;

export interface ModelCallRequest {
  readonly scope: Scope;
  readonly path: string;
  readonly tree: MapTree;
  readonly span: Span;
  readonly piped: PortValue | undefined;
}

/** The nodes of one `nodes:` mapping, expanded when first needed. */
export interface NodeTable {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly done: Map<string, Ports>;
  readonly busy: string[];
  /** The scope of the mapping itself: a node first needed inside a `seq` or a loop is expanded where it stands all the same. */
  home?: Scope;
}

export function newTable(trees: ReadonlyMap<string, Tree>): NodeTable {
  return { trees, done: new Map(), busy: [] };
}

export const joinPath = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`);

export const joinWeight = (prefix: string, name: string): string => (prefix === '' || prefix.endsWith('/') ? `${prefix}${name}` : `${prefix}.${name}`);

/** All names a reference may use here, nearest scope first. */
export function visibleNames(scope: Scope): string[] {
  const own = [...(scope.table?.trees.keys() ?? []), ...scope.inputs.keys()];
  return scope.parent ? [...own, ...visibleNames(scope.parent)] : own;
}

export function lookUpName(scope: Scope, name: string): NamedValue | undefined {
  return scope.names.get(name) ?? (scope.parent ? lookUpName(scope.parent, name) : undefined);
}

export function knownNames(scope: Scope): string[] {
  return [...scope.names.keys(), ...(scope.parent ? knownNames(scope.parent) : [])];
}

export function isMissing(scope: Scope, name: string): boolean {
  return scope.missing.has(name) || (scope.parent !== undefined && !scope.inputs.has(name) && isMissing(scope.parent, name));
}

export function unknownReference(name: string, scope: Scope, span: Span): Error {
  const hint = name.startsWith('$') ? `"$" reads params and dimensions; a tensor is named without it` : suggestion(name, new Set(visibleNames(scope)));
  return failure('normalize/unknown-reference', `there is no node or input "${name}"`, span, hint);
}
