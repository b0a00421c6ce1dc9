import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import type { OptimizerGroup, OptimizerPlan, PhasePlan } from '../../ir/experiment.ts';
import { compileSchedule } from '../../optimizers/schedule.ts';
import { OPTIMIZER_SCHEMA } from '../../schema/experiment.ts';
import { valueText } from '../../schema/value.ts';
import { child, keysOf, kindText, toData, type Data, type MapTree, type Tree } from '../../source/tree.ts';
import { itemsOf, resolve } from '../reference.ts';
import type { Scope } from '../scope.ts';
import { asData, evaluateTree } from '../text.ts';
import type { Model } from './models.ts';
import { readSection } from './section.ts';
import { readTerms, readWindow } from './terms.ts';

/** All phases, in the order of the step. */
export function readPhases(tree: MapTree, models: ReadonlyMap<string, Model>, scope: Scope): { order: string[]; phases: Record<string, PhasePlan> } {
  const phases = child(tree, 'phases') as MapTree;
  const order = orderOf(tree, keysOf(phases), scope);
  // Terms are expanded in this order, so that equal files give equal graphs.
  const plans = order.map((name) => [name, readPhase(name, child(phases, name) as MapTree, models, scope)] as const);
  const reuse = child(child(phases, order[0]), 'reuse');
  if (reuse) throw failure('schema/reuse', `phase "${order[0]}" is the first of a step, so there is no older value to reuse`, reuse.span, 'remove "reuse", or change "order"');
  return { order, phases: Object.fromEntries(plans) };
}

function orderOf(tree: MapTree, names: readonly string[], scope: Scope): string[] {
  const written = child(tree, 'order');
  if (!written) {
    if (names.length > 1) throw failure('schema/order', `an experiment with ${names.length} phases needs "order"`, child(tree, 'phases')?.span, `order: [${names.join(', ')}]`);
    return [...names];
  }
  const order = asData(evaluateTree(written, scope), written.span);
  if (!Array.isArray(order)) throw failure('schema/order', `"order" is a list of phases, received ${kindText(written)}`, written.span);
  const unknown = order.find((name) => !names.includes(String(name)));
  if (unknown !== undefined) throw failure('schema/order', `"order" names "${unknown}", which is no phase`, written.span, suggestion(String(unknown), names));
  const missing = names.find((name) => !order.includes(name));
  if (missing !== undefined || order.length !== names.length) throw failure('schema/order', `"order" names each phase once${missing ? `; "${missing}" is missing` : ''}`, written.span);
  return order.map(String);
}

function readPhase(name: string, tree: MapTree, models: ReadonlyMap<string, Model>, scope: Scope): PhasePlan {
  const terms = child(tree, 'terms') as MapTree;
  return {
    name, update: updateOf(child(tree, 'update') as Tree, name, models, scope),
    optimizer: readOptimizer(child(tree, 'optimizer') as Tree, scope),
    terms: readTerms(terms, name, scope), window: readWindow(tree, scope), reuse: reuseOf(child(tree, 'reuse'), scope),
  };
}

function updateOf(tree: Tree, phase: string, models: ReadonlyMap<string, Model>, scope: Scope): string[] {
  const value = asData(evaluateTree(tree, scope), tree.span);
  const names = Array.isArray(value) ? value.map(String) : [String(value)];
  if (names.length === 0) throw failure('schema/update', `phase "${phase}" updates no model`, tree.span);
  for (const name of names) {
    const model = models.get(name);
    if (!model) throw failure('normalize/unknown-model', `phase "${phase}" updates "${name}", which is no model`, tree.span, suggestion(name, models.keys()));
    if (model.plan.frozen === true) throw failure('schema/update', `phase "${phase}" updates "${name}", which is frozen`, tree.span, 'remove "frozen: true" from the model, or the model from "update"');
  }
  return names;
}

function reuseOf(tree: Tree | undefined, scope: Scope): string[] {
  if (!tree) return [];
  if (tree.kind !== 'list') throw failure('schema/reuse', `"reuse" is a list of step nodes, received ${kindText(tree)}`, tree.span);
  return tree.items.flatMap((item) => itemsOf(resolve(item, scope)).map((t) => t.id));
}

function readOptimizer(tree: Tree, scope: Scope): OptimizerPlan {
  const typeTree = child(tree, 'type');
  const { optimizers } = scope.session.registry;
  if (!typeTree) throw failure('schema/missing-key', '"optimizer" needs "type"', tree.span, `one of ${[...optimizers.keys()].join(', ')}`);
  const type = String(toData(typeTree));
  const optimizer = optimizers.get(type);
  if (!optimizer) throw failure('schema/unknown-optimizer', `there is no optimizer "${type}"`, typeTree.span, suggestion(type, optimizers.keys()));
  const read = readSection(tree, { ...OPTIMIZER_SCHEMA, ...optimizer.attrs }, 'optimizer', scope, tree);
  const { type: _type, lr, 'clip-norm': clipNorm, 'clip-value': clipValue, accumulate, groups, ...attrs } = read;
  compileSchedule(lr, '"lr"', child(tree, 'lr')?.span);
  return {
    type, attrs, lr: lr as Data, accumulate: accumulate as number, groups: (groups as Record<string, unknown>[]).map((g) => groupOf(g, tree, Object.keys(optimizer.attrs))),
    ...(clipNorm === undefined ? {} : { clipNorm: clipNorm as number }), ...(clipValue === undefined ? {} : { clipValue: clipValue as number }),
  };
}

function groupOf(group: Record<string, unknown>, tree: Tree, known: readonly string[]): OptimizerGroup {
  const { weights, 'lr-factor': factor, ...attrs } = group;
  const span = child(tree, 'groups')?.span ?? tree.span;
  if (typeof weights !== 'string') throw failure('schema/group', `an optimizer group names "weights", a prefix such as generator/stem, received ${valueText(weights)}`, span);
  if (factor !== undefined && (typeof factor !== 'number' || factor < 0)) throw failure('schema/group', `"lr-factor" is a number from 0, received ${valueText(factor)}`, span);
  const unknown = Object.keys(attrs).find((key) => !known.includes(key));
  if (unknown !== undefined) throw failure('schema/group', `an optimizer group has no "${unknown}"`, span, suggestion(unknown, ['weights', 'lr-factor', ...known]));
  return { weights, lrFactor: (factor as number | undefined) ?? 1, attrs };
}
