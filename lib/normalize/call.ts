import { DiagnosticError, type Diagnostic, type Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import type { ModelCall } from '../ir/ir.ts';
import { resolvePath } from '../compose/files.ts';
import { paramSchema } from '../schema/param.ts';
import type { Dim } from '../shape/dim.ts';
import { child, keysOf, kindText, type MapTree, type Tree } from '../source/tree.ts';
import { locate } from '../source/pointer.ts';
import { callKey } from './call-key.ts';
import { assignInputs, type Given } from './inputs.ts';
import { itemsOf, nodePorts, resolve } from './reference.ts';
import { joinPath, newTable, type Scope, type Session } from './scope.ts';
import { refuseNewWeights, weightBase } from './share.ts';
import { bindShapes, declaredSymbols, readInputs, type InputDeclaration } from './shapes.ts';
import { asText, evaluateTree } from './text.ts';
import { isGraphValue, type GraphValue, type LocalGraphs, type NamedValue, type PortValue, type Ports, type TensorValue } from './values.ts';

const MAX_CALL_DEPTH = 40;

/** Expands `{ graph: … }`: the called graph's nodes, under this node's path. */
export function expandCall(tree: MapTree, name: string, scope: Scope, piped: PortValue | undefined): Ports {
  const graph = graphOf(child(tree, 'graph') as Tree, scope);
  const { builder } = scope.session;
  const path = joinPath(scope.path, name);
  const weightPath = weightBase(tree, name, scope);
  const before = builder.weights.size;
  const ports = callGraph({ graph, tree, scope, piped, path, weightPath, params: givenParams(child(tree, 'with'), graph, scope) });
  refuseNewWeights(tree, before, scope);
  builder.bases.set(path, weightPath);
  return ports;
}

export interface GraphCall {
  readonly graph: GraphValue;
  /** The calling node: `in`, `take`. */
  readonly tree: MapTree;
  readonly scope: Scope;
  readonly piped: PortValue | undefined;
  readonly path: string;
  readonly weightPath: string;
  readonly params: ReadonlyMap<string, NamedValue>;
  readonly call?: ModelCall;
  readonly remat?: string;
}

/** Expands a graph with given params; models of a step come here too. */
export function callGraph(call: GraphCall): Ports {
  try {
    return expandGraph(call);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(error.diagnostics.map((d) => withCall(d, call)));
  }
}

/** Says which call led to a mistake inside a graph; the innermost dozen. */
function withCall(d: Diagnostic, { graph, tree, path }: GraphCall): Diagnostic {
  const notes = d.notes ?? [];
  if (notes.length >= 12 || (d.span && isWithin(d.span, tree.span))) return d;
  return { ...d, notes: [...notes, { message: `in the call of "${graph.name}" by "${path}"`, span: tree.span }] };
}

const isWithin = (inner: Span, outer: Span): boolean => inner.file === outer.file && inner.line >= outer.line && inner.line <= outer.endLine;

function expandGraph(call: GraphCall): Ports {
  const { graph, scope } = call;
  refuseRecursion(graph, call);
  const declarations = readInputs(child(graph.tree, 'inputs'));
  const ports = declarations.map((d) => ({ name: d.name, optional: d.optional, list: d.list }));
  const given = assignInputs(child(call.tree, 'in'), call.piped, ports, scope, whatOf(graph), call.tree.span);
  return onceExpanded(call, given, () => expandGiven(call, declarations, given));
}

const whatOf = (graph: GraphValue): string => `graph "${graph.name}"`;

/** An equal call of a model, in another variant of the study, gives the same nodes. */
function onceExpanded(call: GraphCall, given: ReadonlyMap<string, Given>, expand: () => Ports): Ports {
  const { builder, known, memory, registry } = call.scope.session;
  const key = callKey(call, given, memory);
  const before = key === undefined ? undefined : known.get(key);
  if (before) return builder.replay(before, call.tree.span);
  const since = builder.mark();
  const ports = expand();
  if (key === undefined) return ports;
  const expansion = since(ports);
  // What a gradient depends on may lie outside of the call.
  if (!expansion.nodes.some((n) => registry.ops.get(n.op)?.traits?.higherOrder)) known.set(key, expansion);
  return ports;
}

function expandGiven(call: GraphCall, declarations: readonly InputDeclaration[], given: ReadonlyMap<string, Given>): Ports {
  const { graph, scope, path } = call;
  const what = whatOf(graph);
  const pairs = declarations.flatMap((declaration) => {
    const entry = given.get(declaration.name);
    if (!entry) return [];
    checkLength(declaration, entry.value, what, entry.span);
    return itemsOf(entry.value).map((value, i) => ({ declaration: declaration.items?.[i] ?? declaration, value: checkType(declaration, value, what, entry.span), span: entry.span }));
  });
  const dims = bindShapes(pairs, what, scope.session.builder, path);
  const inner: Scope = {
    session: scope.session, path, root: path, weightPath: call.weightPath, locals: localsOf(graph), table: newTable(nodesOf(graph)),
    names: namesOf(graph, call.params, dims, declarations, call.tree.span),
    inputs: new Map([...given].map(([name, { value }]) => [name, new Map([['out', value]])])),
    missing: new Set(declarations.filter((d) => !given.has(d.name)).map((d) => d.name)),
    calls: [call.tree.span, ...scope.calls].slice(0, 12), stack: [...scope.stack, graph.tree],
    ...((call.call ?? scope.call) ? { call: call.call ?? scope.call } : {}), ...((call.remat ?? scope.remat) === undefined ? {} : { remat: call.remat ?? scope.remat }),
  };
  const outputs = new Map([...expandBody(graph, inner), ...taken(child(call.tree, 'take'), path, scope)]);
  return scope.session.builder.record(path, outputs);
}

/** All nodes of a graph in the order of the file, then its outputs. */
export function expandBody(graph: GraphValue, scope: Scope): Map<string, PortValue> {
  const table = scope.table;
  if (table) for (const [name, tree] of table.trees) nodePorts(name, table, scope, tree.span);
  const outputs = child(graph.tree, 'outputs') as MapTree;
  return new Map([...outputs.entries].map(([name, { value }]) => [name, resolve(value, scope)]));
}

/** The graph a reference names: a param, a local graph, a file. */
export function graphOf(tree: Tree, scope: Scope): GraphValue {
  const value = evaluateTree(tree, scope);
  if (isGraphValue(value)) return value;
  if (typeof value === 'string') return graphByName(value, tree.span, scope.session, scope.locals);
  throw failure('normalize/graph', `expected a graph's name or file, received ${kindText(tree)}`, tree.span);
}

export function graphByName(name: string, span: Span, session: Session, locals: LocalGraphs): GraphValue {
  const local = locals.get(name);
  if (local) return local;
  if (/\.ya?ml$/.test(name) || name.startsWith('./') || name.startsWith('../')) {
    const file = resolvePath(name, span);
    const tree = session.graphFile(file, span);
    const written = child(tree, 'name');
    return { kind: 'graph', name: written?.kind === 'scalar' ? String(written.value) : name, tree, locals: new Map() };
  }
  const hint = suggestion(name, locals.keys()) ?? `a file is written ./${name}.yaml`;
  throw failure('normalize/unknown-graph', `there is no local graph "${name}"`, span, hint);
}

/** The local graphs a graph's own nodes see: its own over those around it. */
export function localsOf(graph: GraphValue): LocalGraphs {
  const own = child(graph.tree, 'graphs');
  if (own?.kind !== 'map') return graph.locals;
  const locals = new Map(graph.locals);
  for (const [name, { value }] of own.entries) locals.set(name, { kind: 'graph', name, tree: value as MapTree, locals });
  return locals;
}

export const nodesOf = (graph: GraphValue): ReadonlyMap<string, Tree> => {
  const nodes = child(graph.tree, 'nodes');
  return nodes?.kind === 'map' ? new Map([...nodes.entries].map(([name, e]) => [name, e.value])) : new Map();
};

/** Values of `with`, checked against the graph's declarations; graphs among them are found where they are written. */
export function givenParams(given: Tree | undefined, graph: GraphValue, scope: Scope): Map<string, NamedValue> {
  const out = new Map<string, NamedValue>();
  if (!given) return out;
  if (given.kind !== 'map') throw failure('schema/with', `"with" maps params to values, received ${kindText(given)}`, given.span);
  const declared = child(graph.tree, 'params');
  for (const [name, { key, value }] of given.entries) {
    const declaration = child(declared, name);
    if (!declaration) throw failure('normalize/unknown-param', `graph "${graph.name}" has no param "${name}"`, key, suggestion(name, keysOf(declared)));
    out.set(name, paramValue(name, declaration, value, scope));
  }
  return out;
}

function paramValue(name: string, declaration: Tree, source: Tree, scope: Scope): NamedValue {
  const value = evaluateTree(source, scope);
  const schema = paramSchema(declaration);
  if (schema.type === 'graph') {
    if (isGraphValue(value)) return value;
    if (typeof value === 'string') return graphByName(value, source.span, scope.session, scope.locals);
  }
  const error = scope.session.values.check(schema, value, `param "${name}"`, (p) => locate(source, p)?.span ?? source.span);
  if (error) throw new DiagnosticError([error]);
  return value;
}

/** Params, given or default, and dimensions: one namespace. */
export function namesOf(graph: GraphValue, given: ReadonlyMap<string, NamedValue>, dims: ReadonlyMap<string, Dim>, declarations: readonly InputDeclaration[], callSpan?: Span): Map<string, NamedValue> {
  const names = new Map<string, NamedValue>(dims);
  const declared = child(graph.tree, 'params');
  const letters = declaredSymbols(declarations);
  for (const name of keysOf(declared)) {
    const declaration = child(declared, name) as Tree;
    if (letters.has(name)) throw failure('normalize/clash', `"${name}" is both a param and a dimension`, declaration.span, 'rename one: they share one namespace');
    const value = given.get(name) ?? defaultValue(declaration, graph, names);
    if (value === undefined) {
      throw failure('normalize/missing-param', `graph "${graph.name}" needs the param "${name}"`, callSpan ?? declaration.span, callSpan ? `with: { ${name}: … }` : `write a default, or give --set /params/${name}=…`);
    }
    names.set(name, value);
  }
  return names;
}

/** A default may read params declared above it; a graph's name in it is one of the graph's own local graphs. */
function defaultValue(declaration: Tree, graph: GraphValue, names: ReadonlyMap<string, NamedValue>): NamedValue | undefined {
  const source = child(declaration, 'default');
  if (!source) return undefined;
  const scope = { names, inputs: new Map(), missing: new Set() } as unknown as Scope;
  const value = evaluateTree(source, scope);
  const isGraph = paramSchema(declaration).type === 'graph' && typeof value === 'string';
  return isGraph ? deferredGraph(value as string, source, graph) : value;
}

function deferredGraph(name: string, source: Tree, graph: GraphValue): NamedValue {
  const local = localsOf(graph).get(name);
  if (local) return local;
  // A file: handed on as its absolute path, read when it is called.
  if (/\.ya?ml$/.test(name)) return resolvePath(name, source.span);
  throw failure('normalize/unknown-graph', `there is no local graph "${name}"`, source.span, suggestion(name, localsOf(graph).keys()));
}

function checkLength(declaration: InputDeclaration, value: PortValue, what: string, span: Span): void {
  const count = itemsOf(value).length;
  if (declaration.length === undefined || declaration.length === count) return;
  throw failure('infer/length', `input "${declaration.name}" of ${what}: expected ${declaration.length} tensors, received ${count}`, span);
}

function checkType(declaration: InputDeclaration, value: TensorValue, what: string, span: Span): TensorValue {
  if (declaration.dtype === 'any' || declaration.dtype === value.dtype) return value;
  throw failure('infer/dtype', `input "${declaration.name}" of ${what}: expected ${declaration.dtype}, received ${value.dtype}`, span, `{ op: cast, dtype: ${declaration.dtype} } converts`);
}

function taken(take: Tree | undefined, path: string, scope: Scope): Map<string, PortValue> {
  if (!take) return new Map();
  if (take.kind !== 'map') throw failure('normalize/take', `"take" maps ports to inner nodes, received ${kindText(take)}`, take.span, 'take: { taps: [layer1, layer2] }');
  return new Map([...take.entries].map(([port, { value }]) => {
    if (value.kind !== 'list') return [port, innerNode(value, path, scope)];
    return [port, { kind: 'tensors', items: value.items.flatMap((item) => itemsOf(innerNode(item, path, scope))) }];
  }));
}

/** An inner node of a call by its dotted path, or one of its ports. */
export function innerNode(tree: Tree, path: string, scope: Scope): PortValue {
  const inner = asText(tree, scope, 'an inner node');
  const { results } = scope.session.builder;
  const ports = results.get(joinPath(path, inner));
  const found = ports && (ports.get('out') ?? (ports.size === 1 ? [...ports.values()][0] : undefined));
  if (found) return found;
  const dot = inner.lastIndexOf('.');
  const byPort = dot < 0 ? undefined : results.get(joinPath(path, inner.slice(0, dot)))?.get(inner.slice(dot + 1));
  if (byPort) return byPort;
  const known = [...results.keys()].filter((k) => k.startsWith(`${path}.`)).map((k) => k.slice(path.length + 1));
  throw failure('normalize/unknown-inner', `there is no inner node "${inner}"`, tree.span, suggestion(inner, known));
}

function refuseRecursion(graph: GraphValue, call: GraphCall): void {
  const { stack } = call.scope;
  if (stack.includes(graph.tree) || stack.length >= MAX_CALL_DEPTH) {
    throw failure('normalize/recursion', `graph "${graph.name}" contains itself`, call.tree.span, 'an hourglass is a "repeat" down and a "chain" up');
  }
}
