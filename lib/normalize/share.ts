import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { child, type MapTree, type Tree } from '../source/tree.ts';
import { nodePorts } from './reference.ts';
import { joinPath, joinWeight, visibleNames, type Scope } from './scope.ts';
import { asText } from './text.ts';

/** Where a node's weights go: under its own name or, with `share`, where those of another node are. */
export function weightBase(tree: MapTree, name: string, scope: Scope): string {
  const share = child(tree, 'share');
  return share ? baseOf(share, scope) : joinWeight(scope.weightPath, name);
}

/** The other node's place: an earlier item of the same `seq`, or a node of this graph, expanded now if it comes later. */
function baseOf(share: Tree, scope: Scope): string {
  const target = asText(share, scope, '"share"');
  const { bases } = scope.session.builder;
  const known = bases.get(joinPath(scope.path, target));
  if (known !== undefined) return known;
  expandNamed(target, scope, share);
  const root = scope.root ?? '';
  for (let path = scope.path; ; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const base = bases.get(joinPath(path, target));
    if (base !== undefined) return base;
    if (path.length <= root.length) break;
  }
  throw failure('normalize/share', `there is no node "${target}" whose weights could be shared`, share.span, suggestion(target, new Set(visibleNames(scope))));
}

function expandNamed(name: string, scope: Scope, at: Tree): void {
  if (scope.table?.trees.has(name)) nodePorts(name, scope.table, scope, at.span);
  else if (scope.parent) expandNamed(name, scope.parent, at);
}

/** A node that shares weights may not bring any of its own. */
export function refuseNewWeights(tree: MapTree, before: number, scope: Scope): void {
  const share = child(tree, 'share');
  if (!share || scope.session.builder.weights.size === before) return;
  const added = [...scope.session.builder.weights.keys()].slice(before);
  throw failure('normalize/share', `"${asText(share, scope, '"share"')}" has no weight for ${added.slice(0, 3).map((id) => `"${id}"`).join(' and ')}`, share.span, 'share a node of the same op or graph');
}
