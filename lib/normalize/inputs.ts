import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import type { Tree } from '../source/tree.ts';
import { resolve } from './reference.ts';
import type { Scope } from './scope.ts';
import { resolveOptional } from './optional.ts';
import type { PortValue, TensorValue } from './values.ts';

/** A port as callers see it, of an op or of a graph. */
export interface CallPort {
  readonly name: string;
  readonly optional?: boolean;
  readonly list?: boolean;
}

export interface Given {
  readonly value: PortValue;
  readonly span: Span;
}

/** Which value goes into which port, from `in` and from what a `seq` or loop hands on. */
export function assignInputs(input: Tree | undefined, piped: PortValue | undefined, ports: readonly CallPort[], scope: Scope, what: string, at: Span): Map<string, Given> {
  const given = new Map<string, Given>();
  if (input?.kind === 'map') byName(input.entries, ports, scope, what, given);
  else if (input?.kind === 'list') byOrder(input.items, ports, scope, what, given, input.span);
  else if (input) byOrder([input], ports, scope, what, given, input.span);
  if (piped && (input === undefined || input.kind === 'map')) pipe(piped, ports, given, what, at);
  for (const port of ports) {
    if (given.has(port.name) || port.optional) continue;
    const list = ports.map((p) => p.name).join(', ');
    throw failure('normalize/missing-input', `${what} needs the input "${port.name}"`, input?.span ?? at, ports.length === 1 ? 'in: some-node' : `its inputs: ${list}`);
  }
  return given;
}

function byName(entries: ReadonlyMap<string, { readonly key: Span; readonly value: Tree }>, ports: readonly CallPort[], scope: Scope, what: string, given: Map<string, Given>): void {
  for (const [name, { key, value }] of entries) {
    const port = ports.find((p) => p.name === name);
    if (!port) throw failure('normalize/unknown-port', `${what} has no input "${name}"`, key, suggestion(name, ports.map((p) => p.name)));
    const found = value.kind === 'list' ? gathered(value.items, scope) : resolveOptional(value, port.optional === true, scope);
    if (found) given.set(name, { value: found, span: value.span });
  }
}

function byOrder(items: readonly Tree[], ports: readonly CallPort[], scope: Scope, what: string, given: Map<string, Given>, span: Span): void {
  const last = ports.at(-1);
  const fixed = last?.list ? ports.slice(0, -1) : ports;
  if (!last?.list && items.length > ports.length) {
    throw failure('normalize/inputs', `${what} takes ${ports.length} input${ports.length === 1 ? '' : 's'}${ports.length ? ` (${ports.map((p) => p.name).join(', ')})` : ''}, received ${items.length}`, span);
  }
  items.slice(0, fixed.length).forEach((item, i) => {
    const value = item.kind === 'list' ? gathered(item.items, scope) : resolveOptional(item, fixed[i].optional === true, scope);
    if (value) given.set(fixed[i].name, { value, span: item.span });
  });
  const rest = items.slice(fixed.length);
  if (last?.list && rest.length > 0) given.set(last.name, { value: gathered(rest, scope), span });
}

/** Several references as one list; lists among them are spliced. */
function gathered(items: readonly Tree[], scope: Scope): PortValue {
  const tensors = items.flatMap((item): readonly TensorValue[] => {
    const value = resolve(item, scope);
    return value.kind === 'tensor' ? [value] : value.items;
  });
  return { kind: 'tensors', items: tensors };
}

function pipe(piped: PortValue, ports: readonly CallPort[], given: Map<string, Given>, what: string, at: Span): void {
  const free = ports.find((p) => !given.has(p.name));
  if (!free) throw failure('normalize/inputs', `${what} has no input left for what the item before gives`, at);
  given.set(free.name, { value: piped, span: at });
}
