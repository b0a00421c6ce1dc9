import { failure } from '../diagnostics/failure.ts';
import { child, type ListTree, type MapTree, type Tree } from '../source/tree.ts';
import { resolve } from './reference.ts';
import { joinPath, joinWeight, type Scope } from './scope.ts';
import { asText } from './text.ts';
import { mainPort, type PortValue, type Ports } from './values.ts';

/** Expands `seq`: each item takes the main output of the one before. */
export function expandSequence(tree: MapTree, name: string, scope: Scope, piped: PortValue | undefined): Ports {
  const items = (child(tree, 'seq') as ListTree).items;
  const inner: Scope = { ...scope, path: joinPath(scope.path, name), weightPath: joinWeight(scope.weightPath, name) };
  const input = child(tree, 'in');
  let value = input ? resolve(input, scope) : piped;
  const seen = new Set<string>();
  let ports: Ports = new Map();
  for (const item of items) {
    const itemName = nameOf(item as MapTree, scope);
    if (seen.has(itemName)) {
      throw failure('normalize/duplicate', `two items of "${name}" are named "${itemName}"`, item.span, 'give each a name: { name: first, … }');
    }
    seen.add(itemName);
    ports = scope.session.expand(item, itemName, inner, value);
    value = mainPort(ports);
  }
  return scope.session.builder.record(inner.path, ports);
}

/** `name`, else the op, the graph file's or local graph's name. */
function nameOf(item: MapTree, scope: Scope): string {
  const name = child(item, 'name');
  if (name) return asText(name, scope, '"name"');
  const op = child(item, 'op');
  if (op) return asText(op, scope, '"op"').replace(/@.*/, '');
  const graph = child(item, 'graph') ?? child(item, 'model');
  if (graph?.kind === 'scalar') return baseName(graph, item);
  const form = ['seq', 'chain', 'repeat', 'map'].find((key) => child(item, key)) ?? 'item';
  return form;
}

function baseName(graph: Tree, item: Tree): string {
  const text = String((graph as { value: unknown }).value);
  if (text.startsWith('$(')) throw failure('normalize/name', 'this item needs a name', item.span, '{ name: …, graph: … }');
  return text.replace(/^.*\//, '').replace(/\.ya?ml$/, '').replace(/^\$/, '');
}
