import { DiagnosticError, type Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { composeFile } from '../compose/compose.ts';
import type { Files } from '../compose/files.ts';
import { inputId, type IrGraph } from '../ir/ir.ts';
import { prune } from '../ir/prune.ts';
import type { Registry } from '../registry/registry.ts';
import { checkGraph } from '../schema/graph.ts';
import type { ValueChecker } from '../schema/value.ts';
import { symbol, type Dim } from '../shape/dim.ts';
import { child, toData, type MapTree } from '../source/tree.ts';
import { Builder } from './builder.ts';
import { expandBody, localsOf, namesOf, nodesOf } from './call.ts';
import { expandNode } from './expand.ts';
import type { Memory } from './memory.ts';
import { newTable, type Scope, type Session } from './scope.ts';
import { declaredSymbols, readInputs, topShape, type InputDeclaration } from './shapes.ts';
import type { GraphValue, NamedValue, Ports, TensorValue } from './values.ts';

/** What phases 2 to 4 need to know. */
export interface Context {
  readonly registry: Registry;
  readonly files: Files;
  readonly values: ValueChecker;
  readonly memory: Memory;
}

export interface GraphOptions {
  /** Sizes fixed from outside: `{ D: 512 }`. Letters without one stay symbols. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Values of the graph's params, as `with` gives them. */
  readonly params?: ReadonlyMap<string, NamedValue>;
}

/** Reads graph files for calls: composed and checked once each. @throws DiagnosticError with all mistakes of the file. */
export function graphReader(context: Context): (file: string, from?: Span) => MapTree {
  const checked = context.memory.graphs(context.files);
  return (file, from) => {
    const known = checked.get(file);
    if (known) return known;
    const tree = composeFile(file, context.files, {}, from);
    requireGraph(tree, from);
    const errors = checkGraph(tree, { ...context, models: false });
    if (errors.length > 0) throw new DiagnosticError(errors);
    checked.set(file, tree);
    return tree;
  };
}

function requireGraph(tree: MapTree, from: Span | undefined): void {
  const kind = child(tree, 'kind');
  const value = kind && toData(kind);
  if (value === 'graph') return;
  throw failure('schema/kind', `expected a file of kind graph, received ${value === undefined ? 'a file without "kind"' : `kind ${JSON.stringify(value)}`}`, kind?.span ?? from ?? tree.span, 'kind: graph');
}

export function newSession(context: Context, builder: Builder, more: Partial<Session> = {}): Session {
  const read = graphReader(context);
  const { registry, values, files, memory } = context;
  return { registry, values, memory, known: memory.calls(files), builder, graphFile: read, expand: expandNode, ...more };
}

/** Phase 4: a checked graph document -> the flat IR, pruned to what its outputs need. */
export function normalizeGraph(tree: MapTree, context: Context, options: GraphOptions = {}): IrGraph {
  const builder = new Builder();
  const session = newSession(context, builder);
  const written = child(tree, 'name');
  const graph: GraphValue = { kind: 'graph', name: written ? String(toData(written)) : 'graph', tree, locals: new Map() };
  const declarations = readInputs(child(tree, 'inputs'));
  const dims = new Map<string, Dim>(Object.entries(options.dims ?? {}));
  const inputs = new Map(declarations.map((d) => [d.name, topInput(d, dims, builder)]));
  const letters = new Map([...declaredSymbols(declarations)].map((name) => [name, dims.get(name) ?? symbol(name)]));
  const scope: Scope = {
    session, path: '', weightPath: '', locals: localsOf(graph), table: newTable(nodesOf(graph)),
    names: namesOf(graph, options.params ?? new Map(), letters, declarations), inputs, missing: new Set(), calls: [], stack: [tree],
  };
  const outputs = expandBody(graph, scope);
  const ids = Object.fromEntries([...outputs].map(([name, value]) => [name, value.kind === 'tensor' ? [value.id] : value.items.map((t) => t.id)]));
  return prune(Object.freeze({
    name: graph.name, inputs: builder.inputs, nodes: builder.nodes, outputs: ids,
    weights: [...builder.weights.values()], assumptions: builder.assumptions,
  }));
}

/** A list input without a length is looked at with two tensors. */
function topInput(declaration: InputDeclaration, dims: ReadonlyMap<string, Dim>, builder: Builder): Ports {
  const count = declaration.list ? (declaration.length ?? 2) : 1;
  const items = Array.from({ length: count }, (_, i): TensorValue => {
    const name = declaration.list ? `${declaration.name}.${i}` : declaration.name;
    const item = declaration.items?.[i];
    const shape = item ? topShape(item, dims) : topShape(declaration, dims, declaration.list ? String(i) : '');
    const dtype = declaration.dtype === 'any' ? 'float32' : declaration.dtype;
    builder.inputs.push({ id: inputId(name), name, shape, dtype, span: declaration.span });
    return { kind: 'tensor', id: inputId(name), shape, dtype };
  });
  return new Map([['out', declaration.list ? { kind: 'tensors', items } : items[0]]]);
}
