import type { Span } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import type { ModelPlan } from '../../ir/experiment.ts';
import { weightValueId } from '../../ir/ir.ts';
import { shownPath, resolvePath } from '../../compose/files.ts';
import { valueText } from '../../schema/value.ts';
import { child, toData, type MapTree, type Tree } from '../../source/tree.ts';
import type { Builder } from '../builder.ts';
import { callGraph, givenParams, graphOf } from '../call.ts';
import type { ModelCallRequest, Scope } from '../scope.ts';
import { evaluateTree } from '../text.ts';
import type { GraphValue, NamedValue, PortValue, Ports } from '../values.ts';

/** One model as the step calls it. */
export interface Model {
  readonly plan: ModelPlan;
  readonly graph: GraphValue;
  readonly params: ReadonlyMap<string, NamedValue>;
  readonly remat: boolean;
}

export function readModels(tree: Tree, scope: Scope): Map<string, Model> {
  return new Map([...(tree as MapTree).entries].map(([name, { value }]) => [name, readModel(name, value as MapTree, scope)]));
}

function readModel(name: string, tree: MapTree, scope: Scope): Model {
  const graph = graphOf(child(tree, 'graph') as Tree, scope);
  const weights = child(tree, 'weights');
  const remat = child(tree, 'remat');
  return {
    graph, params: givenParams(child(tree, 'with'), graph, scope), remat: remat !== undefined && evaluateTree(remat, scope) === true,
    plan: { name, graph: graph.name, frozen: frozenOf(child(tree, 'frozen'), scope), ...(weights ? { weights: weightsSource(weights, scope), ...mappingOf(graph) } : {}), span: tree.span },
  };
}

function frozenOf(tree: Tree | undefined, scope: Scope): boolean | readonly string[] {
  if (!tree) return false;
  const value = evaluateTree(tree, scope);
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((v) => typeof v === 'string')) return value;
  throw failure('schema/value', `"frozen" is true, false or a list of weight paths, received ${valueText(value)}`, tree.span, 'frozen: [encoder]');
}

/** The graph's own rules for checkpoints, checked when the graph was read. */
function mappingOf({ tree }: GraphValue): Pick<ModelPlan, 'mapping'> {
  const rules = child(tree, 'weights');
  return rules ? { mapping: toData(rules) as unknown as NonNullable<ModelPlan['mapping']> } : {};
}

/** A registered name such as `face-api/recognition`, or a file relative to the one that writes it. */
function weightsSource(tree: Tree, scope: Scope): string {
  const value = evaluateTree(tree, scope);
  if (typeof value !== 'string') throw failure('schema/value', `"weights" names a checkpoint, received ${valueText(value)}`, tree.span);
  return value.startsWith('./') || value.startsWith('../') ? shownPath(resolvePath(value, tree.span)) : value;
}

/** The session's `callModel`: a model's graph under the calling node's path, with weights under `model/`. */
export function modelCaller(models: ReadonlyMap<string, Model>): (name: string, request: ModelCallRequest) => Ports {
  return (name, { scope, path, tree, piped }) => {
    const model = models.get(name) ?? unknownModel(name, models, child(tree, 'model')?.span ?? tree.span);
    return callGraph({
      graph: model.graph, tree, scope: { ...scope, calls: [tree.span, ...scope.calls] }, piped, path, weightPath: `${name}/`, params: model.params,
      call: { model: name, path }, ...(model.remat ? { remat: path } : {}),
    });
  };
}

function unknownModel(name: string, models: ReadonlyMap<string, Model>, span: Span): never {
  throw failure('normalize/unknown-model', `there is no model "${name}"`, span, suggestion(name, models.keys()));
}

/** The session's `modelWeights`: `generator.weights`, the trainable weights of a model called before. */
export function weightLister(models: ReadonlyMap<string, Model>, builder: Builder): (name: string) => PortValue | undefined {
  return (name) => {
    if (!models.has(name)) return undefined;
    const own = [...builder.weights.values()].filter((w) => w.id.startsWith(`${name}/`) && w.trainable);
    return { kind: 'tensors', items: own.map((w) => ({ kind: 'tensor', id: weightValueId(w.id), shape: w.shape, dtype: 'float32' })) };
  };
}
