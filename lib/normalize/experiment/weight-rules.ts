import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import type { PhasePlan } from '../../ir/experiment.ts';
import { isUnder } from '../../ir/frozen.ts';
import type { IrGraph } from '../../ir/ir.ts';
import { child, type MapTree, type Tree } from '../../source/tree.ts';
import type { Builder } from '../builder.ts';
import type { Model } from './models.ts';

/** Steps, terms and `predict` call models; a weight that belongs to none would never be trained, saved or exported. */
export function refuseStrayWeights(graph: Pick<IrGraph, 'nodes'>): void {
  const stray = graph.nodes.find((n) => Object.values(n.weights).some((id) => !id.includes('/')));
  if (!stray) return;
  const path = stray.path.replace(/^@/, '');
  throw failure('normalize/stray-weight', `node "${path}" has weights that belong to no model`, stray.spans[0], 'put it into a graph, and the graph under "models"');
}

/** Prefixes in `frozen` and in optimiser groups that hold no weight are typos. */
export function checkPrefixes(tree: MapTree, models: ReadonlyMap<string, Model>, phases: Readonly<Record<string, PhasePlan>>, builders: readonly Builder[]): void {
  const ids = [...new Set(builders.flatMap((b) => [...b.weights.keys()]))];
  for (const { plan } of models.values()) {
    const own = ids.filter((id) => id.startsWith(`${plan.name}/`)).map((id) => id.slice(plan.name.length + 1));
    if (own.length === 0 || typeof plan.frozen !== 'object') continue;
    const at = pathTree(tree, ['models', plan.name, 'frozen']);
    for (const prefix of plan.frozen) requirePrefix(prefix, own, `"frozen" of model "${plan.name}"`, at);
  }
  for (const phase of Object.values(phases)) {
    const own = ids.filter((id) => phase.update.some((model) => id.startsWith(`${model}/`)));
    const at = pathTree(tree, ['phases', phase.name, 'optimizer', 'groups']);
    for (const { weights } of phase.optimizer.groups) requirePrefix(weights, own, `a group of phase "${phase.name}"`, at);
  }
}

function requirePrefix(prefix: string, ids: readonly string[], where: string, at: Tree): void {
  if (ids.some((id) => isUnder(id, prefix))) return;
  throw failure('normalize/prefix', `${where}: no weight lies under "${prefix}"`, at.span, suggestion(prefix, new Set(ids.flatMap(prefixesOf))));
}

/** `generator/`, `generator/up-1`, `generator/up-1.conv` of `generator/up-1.conv.kernel`. */
function prefixesOf(id: string): string[] {
  const parts = id.split('.');
  const model = id.includes('/') ? [id.slice(0, id.indexOf('/') + 1)] : [];
  return [...model, ...parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'))];
}

function pathTree(tree: MapTree, path: readonly string[]): Tree {
  return path.reduce<Tree>((at, key) => child(at, key) ?? at, tree);
}
