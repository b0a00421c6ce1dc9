import { failure } from '../diagnostics/failure.ts';
import { child, keysOf, kindText, toData, type MapTree, type Tree } from '../source/tree.ts';
import { innerNode } from './call.ts';
import { itemsOf, nodePorts, resolve } from './reference.ts';
import { roundsOf, type Round } from './rounds.ts';
import { joinPath, joinWeight, newTable, type Scope } from './scope.ts';
import { mainPort, type PortValue, type Ports, type TensorValue } from './values.ts';

/** Expands `repeat` and `chain`: the values carried from round to round, and what was collected on the way. */
export function expandLoop(tree: MapTree, form: 'repeat' | 'chain', name: string, scope: Scope, piped: PortValue | undefined): Ports {
  const inner = bodyScope(scope, name);
  const rounds = roundsOf(tree, form, name, scope);
  const carry = child(tree, 'carry');
  const collected = newCollection(tree);
  let values = carry ? namedStart(carry, scope) : pipedStart(tree, form, name, scope, piped);
  const named = carry !== undefined;
  for (const round of rounds) {
    const result = runRound(tree, round, inner, values, named);
    collect(collected, tree, round, result, inner);
    values = result.next;
  }
  const outputs = new Map<string, PortValue>([...(named ? values : []), ...collected]);
  if (values.size === 1 && !outputs.has('out')) outputs.set('out', [...values.values()][0]);
  return scope.session.builder.record(inner.path, outputs);
}

/** Expands `map`: the list of the body's results. */
export function expandMap(tree: MapTree, name: string, scope: Scope): Ports {
  const inner = bodyScope(scope, name);
  const collected = newCollection(tree);
  const items: TensorValue[] = [];
  for (const round of roundsOf(tree, 'map', name, scope)) {
    const result = runRound(tree, round, inner, new Map(), true);
    collect(collected, tree, round, result, inner);
    items.push(...itemsOf(mapResult(tree, result, name)));
  }
  return scope.session.builder.record(inner.path, new Map<string, PortValue>([['out', { kind: 'tensors', items }], ...collected]));
}

interface RoundResult {
  /** Carried values for the next round. */
  readonly next: Map<string, PortValue>;
  /** Ports of a `do` body; of a `nodes` body its scope finds the inner nodes. */
  readonly ports: Ports;
  readonly scope: Scope;
}

function runRound(tree: MapTree, round: Round, inner: Scope, values: Map<string, PortValue>, named: boolean): RoundResult {
  const body = child(tree, 'do');
  const tensors = new Map<string, Ports>([...round.tensors, ...(named ? [...values].map(([n, v]) => [n, new Map([['out', v]])] as const) : [])]);
  const scope: Scope = { ...inner, names: round.names, inputs: tensors, missing: new Set() };
  if (body) {
    const ports = inner.session.expand(body, round.key, scope, named ? undefined : [...values.values()][0]);
    return { next: nextOfDo(values, ports, tree), ports, scope };
  }
  return runNodes(tree, round, scope, values);
}

function runNodes(tree: MapTree, round: Round, outer: Scope, values: Map<string, PortValue>): RoundResult {
  const nodes = child(tree, 'nodes') as MapTree;
  const trees = new Map([...nodes.entries].map(([name, e]) => [name, e.value]));
  const scope: Scope = { ...outer, path: joinPath(outer.path, round.key), weightPath: joinWeight(outer.weightPath, round.key), table: newTable(trees) };
  if (scope.table) for (const [name, node] of trees) nodePorts(name, scope.table, scope, node.span);
  return { next: nextOfNodes(tree, scope, values), ports: new Map(), scope };
}

/** With one carried value the body's result is the next one; with several, its outputs of those names are. */
function nextOfDo(values: Map<string, PortValue>, ports: Ports, tree: MapTree): Map<string, PortValue> {
  const names = [...values.keys()];
  return new Map(names.map((name) => {
    const value = names.length === 1 ? (mainPort(ports) ?? ports.get(name)) : ports.get(name);
    if (value) return [name, value];
    throw failure('normalize/next', `the body gives no "${name}" to carry on`, tree.span, `its outputs are ${[...ports.keys()].join(', ')}`);
  }));
}

function nextOfNodes(tree: MapTree, scope: Scope, values: Map<string, PortValue>): Map<string, PortValue> {
  if (values.size === 0) return new Map();
  const next = child(tree, 'next');
  if (next?.kind !== 'map') throw failure('normalize/next', '"nodes" with carried values needs "next"', tree.span, `next: { ${[...values.keys()][0]}: inner-node }`);
  const unknown = keysOf(next).find((key) => !values.has(key));
  if (unknown !== undefined) throw failure('normalize/next', `"next" names "${unknown}", which is not carried`, next.entries.get(unknown)?.key, `carried: ${[...values.keys()].join(', ')}`);
  return new Map([...values.keys()].map((name) => {
    const source = child(next, name);
    if (!source) throw failure('normalize/next', `"next" says nothing of "${name}"`, next.span);
    return [name, resolve(source, scope)];
  }));
}

function namedStart(carry: Tree, scope: Scope): Map<string, PortValue> {
  if (carry.kind !== 'map' || carry.entries.size === 0) throw failure('normalize/carry', `"carry" maps names to references, received ${kindText(carry)}`, carry.span, 'carry: { h: deep }');
  return new Map([...carry.entries].map(([name, { value }]) => [name, resolve(value, scope)]));
}

function pipedStart(tree: MapTree, form: string, name: string, scope: Scope, piped: PortValue | undefined): Map<string, PortValue> {
  const input = child(tree, 'in');
  const value = input ? resolve(input, scope) : piped;
  if (!value) throw failure('normalize/missing-input', `"${form}" node "${name}" needs "in" (one value) or "carry" (several)`, tree.span);
  if (child(tree, 'nodes')) throw failure('normalize/carry', `"${form}" node "${name}" with "nodes" names what it carries`, input?.span ?? tree.span, 'write carry: { x: … } for in, and next: { x: … }');
  return new Map([['out', value]]);
}

function mapResult(tree: MapTree, result: RoundResult, name: string): PortValue {
  const out = child(tree, 'out');
  if (child(tree, 'nodes')) {
    if (!out) throw failure('normalize/out', `"map" node "${name}" with "nodes" needs "out"`, tree.span, 'out: the-inner-node');
    return resolve(out, result.scope);
  }
  const value = mainPort(result.ports);
  if (value) return value;
  throw failure('normalize/out', `the body of "${name}" has several outputs: ${[...result.ports.keys()].join(', ')}`, tree.span, 'use "nodes" and "out"');
}

function newCollection(tree: MapTree): Map<string, PortValue> {
  const names = keysOf(child(tree, 'collect'));
  return new Map(names.map((name) => [name, { kind: 'tensors', items: [] }]));
}

function collect(into: Map<string, PortValue>, tree: MapTree, round: Round, result: RoundResult, inner: Scope): void {
  const wanted = child(tree, 'collect');
  if (wanted?.kind !== 'map') return;
  for (const [name, { value: source }] of wanted.entries) {
    const value = child(tree, 'nodes') ? resolve(source, result.scope) : collectedOfDo(source, round, result, inner);
    const before = into.get(name) as PortValue;
    into.set(name, { kind: 'tensors', items: [...itemsOf(before), ...itemsOf(value)] });
  }
}

function collectedOfDo(source: Tree, round: Round, result: RoundResult, inner: Scope): PortValue {
  const text = String(toData(source));
  const port = result.ports.get(text) ?? (text === 'out' ? mainPort(result.ports) : undefined);
  return port ?? innerNode(source, joinPath(inner.path, round.key), inner);
}

function bodyScope(scope: Scope, name: string): Scope {
  const { table: _table, ...rest } = scope;
  return {
    ...rest, table: undefined, path: joinPath(scope.path, name), weightPath: joinWeight(scope.weightPath, name),
    names: new Map(), inputs: new Map(), missing: new Set(), parent: scope,
  };
}
