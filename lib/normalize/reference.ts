import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { kindText, type Tree } from '../source/tree.ts';
import { isMissing, unknownReference, type NodeTable, type Scope } from './scope.ts';
import { evaluateText } from './text.ts';
import { isTensors, mainPort, type PortValue, type Ports, type TensorValue } from './values.ts';

const MAX_FORWARD = 150;

/** The value of a reference: `x`, `parts.gamma`, `generator.weights`. */
export function resolve(tree: Tree, scope: Scope): PortValue {
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') {
    throw failure('normalize/reference', `expected a reference such as "x", received ${kindText(tree)}`, tree.span);
  }
  const text = tree.value.includes('$') ? evaluateText(tree.value, tree.span, scope) : tree.value;
  if (isTensors(text)) return text;
  if (typeof text !== 'string') throw failure('normalize/reference', `expected a reference, received ${JSON.stringify(text)}`, tree.span, '"$" reads values, not tensors');
  return resolveText(text, tree.span, scope);
}

export function resolveText(text: string, span: Span, scope: Scope): PortValue {
  const dot = text.indexOf('.');
  const head = dot < 0 ? text : text.slice(0, dot);
  const rest = dot < 0 ? undefined : text.slice(dot + 1);
  const ports = portsOfName(head, scope, span);
  if (ports === undefined) {
    const weights = rest === 'weights' ? scope.session.modelWeights?.(head) : undefined;
    if (weights) return weights;
    if (isMissing(scope, head)) throw failure('normalize/not-given', `the optional input "${head}" was not given here`, span, `guard the node with when: $(given(${head}))`);
    throw unknownReference(head, scope, span);
  }
  return rest === undefined ? bare(head, ports, span) : port(head, rest, ports, span);
}

function bare(name: string, ports: Ports, span: Span): PortValue {
  const value = mainPort(ports);
  if (value) return value;
  const names = [...ports.keys()];
  throw failure('normalize/port', `"${name}" has the outputs ${names.join(', ')}; name one`, span, `for example ${name}.${names[0]}`);
}

function port(name: string, wanted: string, ports: Ports, span: Span): PortValue {
  const value = ports.get(wanted) ?? (wanted === 'out' ? mainPort(ports) : undefined);
  if (value) return value;
  const hint = suggestion(wanted, ports.keys());
  throw failure('normalize/port', `"${name}" has no output "${wanted}"`, span, hint && `${hint}${wanted.includes('.') ? '; inner nodes are named by "take"' : ''}`);
}

/** The ports of a node or input by name, from this scope outward; expands the node when it is first needed. */
function portsOfName(name: string, scope: Scope, span: Span): Ports | undefined {
  const { table } = scope;
  if (table?.trees.has(name)) return nodePorts(name, table, scope, span);
  const input = scope.inputs.get(name);
  if (input) return input;
  return scope.parent && !scope.missing.has(name) ? portsOfName(name, scope.parent, span) : undefined;
}

export function nodePorts(name: string, table: NodeTable, scope: Scope, span: Span): Ports {
  const known = table.done.get(name);
  if (known) return known;
  if (table.busy.includes(name)) {
    const cycle = [...table.busy.slice(table.busy.indexOf(name)), name].join(' -> ');
    throw failure('normalize/cycle', `the nodes form a cycle: ${cycle}`, span, 'a value fed back is a "repeat" or "chain"');
  }
  if (table.busy.length >= MAX_FORWARD) throw failure('normalize/too-deep', `more than ${MAX_FORWARD} nodes refer forward in a row`, span, 'write nodes in the order they are computed');
  table.home ??= scope;
  table.busy.push(name);
  const ports = scope.session.expand(table.trees.get(name) as Tree, name, table.home);
  table.busy.pop();
  table.done.set(name, ports);
  return ports;
}

/** One tensor; a list where a tensor belongs is an error. */
export function oneTensor(value: PortValue, what: string, span: Span): TensorValue {
  if (value.kind === 'tensor') return value;
  throw failure('normalize/list', `${what} takes one tensor, received a list of ${value.items.length}`, span, 'pick one with list-item, or use a "map"');
}

export const itemsOf = (value: PortValue): readonly TensorValue[] => (value.kind === 'tensor' ? [value] : value.items);
