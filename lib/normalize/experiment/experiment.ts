import path from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import type { DataPlan, EvaluatePlan, Experiment, PhasePlan, PredictPlan, TrainPlan } from '../../ir/experiment.ts';
import type { IrGraph } from '../../ir/ir.ts';
import { prune } from '../../ir/prune.ts';
import { unitsOf } from '../../ir/units.ts';
import { hashData, hashGraph } from '../../ir/hash.ts';
import type { AnyDataset } from '../../registry/dataset.ts';
import { checkExperiment, DATA_SCHEMA, EVALUATE_SCHEMA, TRAIN_SCHEMA } from '../../schema/experiment.ts';
import { resolvePath } from '../../compose/files.ts';
import { child, toData, type Data, type MapTree, type Tree } from '../../source/tree.ts';
import { Builder } from '../builder.ts';
import { expandBody, localsOf, namesOf, nodesOf } from '../call.ts';
import { newSession, type Context } from '../graph.ts';
import { nodePorts } from '../reference.ts';
import { newTable, type Scope } from '../scope.ts';
import type { GraphValue } from '../values.ts';
import { readComponents } from './components.ts';
import { readFields, readMadeFields, type Fields } from './fields.ts';
import { modelCaller, readModels, weightLister, type Model } from './models.ts';
import { readPhases } from './phases.ts';
import { readSection } from './section.ts';
import { checkPrefixes, refuseStrayWeights } from './weight-rules.ts';

/** Phases 3 and 4 for a composed experiment (profile applied): checked and resolved. @throws DiagnosticError */
export function normalizeExperiment(tree: MapTree, context: Context): Experiment {
  const errors = checkExperiment(tree, { ...context, models: true });
  if (errors.length > 0) throw new DiagnosticError(errors);
  const builder = new Builder();
  const root = rootScope(tree, context, builder);
  const models = readModels(child(tree, 'models') as Tree, root);
  const { plan, fields, dataset } = readData(tree, root);
  const { step, order, phases, inputs } = readStep(tree, { root, models, fields, batch: plan.batch, builder });
  unitsOf(step);
  const predictBuilder = new Builder();
  const predict = readPredict(tree, context, models, fields, predictBuilder);
  checkPrefixes(tree, models, phases, [builder, predictBuilder]);
  const evaluate = readEvaluate(tree, root);
  const parts = {
    models: Object.fromEntries([...usedModels(models, step, predict)].map((m) => [m.plan.name, m.plan])),
    data: { ...plan, inputs }, step, order, phases, ...(predict ? { predict } : {}),
    components: readComponents(tree), evaluate, train: readTrain(tree, root, models), precision: precisionOf(tree, root),
  };
  return Object.freeze({ name: textOf(tree, 'name', 'experiment'), doc: textOf(tree, 'doc', ''), hash: hashExperiment(parts, dataset, context), ...parts });
}

function rootScope(tree: MapTree, context: Context, builder: Builder): Scope {
  const session = newSession(context, builder);
  const graph: GraphValue = { kind: 'graph', name: 'experiment', tree, locals: new Map() };
  const names = namesOf(graph, new Map(), new Map(), []);
  return { session, path: '', weightPath: '', locals: new Map(), names, inputs: new Map(), missing: new Set(), table: undefined, calls: [], stack: [] };
}

function readData(tree: MapTree, scope: Scope): { plan: DataPlan; fields: Fields; dataset: AnyDataset } {
  const data = child(tree, 'data') as Tree;
  const { datasets } = scope.session.registry;
  const nameTree = child(data, 'dataset');
  if (!nameTree) throw failure('schema/missing-key', '"data" needs "dataset"', data.span, `one of ${[...datasets.keys()].join(', ')}`);
  const name = String(toData(nameTree));
  const dataset = datasets.get(name);
  if (!dataset) throw failure('schema/unknown-dataset', `there is no data set "${name}"`, nameTree.span, suggestion(name, datasets.keys()));
  const read = readSection(data, { ...DATA_SCHEMA, ...dataset.attrs }, 'data', scope, tree);
  const { dataset: _name, size, batch, pairs, seed, fields: _fields, ...attrs } = read as Record<string, unknown> & { size: number; batch: number; seed: number; pairs: Record<string, unknown> };
  for (const key of dataset.paths ?? []) {
    const source = child(data, key);
    if (source && typeof attrs[key] === 'string') attrs[key] = resolvePath(attrs[key] as string, source.span);
  }
  const plan: DataPlan = {
    dataset: name, attrs, size, batch, seed, inputs: {}, span: data.span,
    pairs: { sameIdentity: (pairs['same-identity'] as number | undefined) ?? 0, by: (pairs.by as 'identity' | 'image' | undefined) ?? 'identity' },
  };
  const fields: Fields = { specs: dataset.fields(attrs, { size, seed }), made: new Map(), dataset: name, registry: scope.session.registry };
  return { plan, dataset, fields: { ...fields, made: readMadeFields(child(data, 'fields'), fields, scope) } };
}

interface StepContext {
  readonly root: Scope;
  readonly models: ReadonlyMap<string, Model>;
  readonly fields: Fields;
  readonly batch: number;
  readonly builder: Builder;
}

function readStep(tree: MapTree, c: StepContext): { step: IrGraph; order: string[]; phases: Record<string, PhasePlan>; inputs: Record<string, string> } {
  const scope = stepScope(child(tree, 'step') as MapTree, c);
  const bound = scope.bound;
  if (scope.table) for (const [name, node] of scope.table.trees) nodePorts(name, scope.table, scope, node.span);
  const { order, phases } = readPhases(tree, c.models, scope);
  refuseStrayWeights(c.builder);
  const outputs = Object.fromEntries(order.flatMap((p) => phases[p].terms.map((t) => [`${p}/${t.path}`, [t.value]])));
  const step = prune({ name: 'step', inputs: c.builder.inputs, nodes: c.builder.nodes, outputs, weights: [...c.builder.weights.values()], assumptions: c.builder.assumptions });
  return { step: withoutUnusedInputs(step), order, phases, inputs: usedInputs(step, bound) };
}

function stepScope(step: MapTree, c: Omit<StepContext, 'batch'> & { readonly batch: number | undefined }): Scope & { readonly bound: Record<string, string> } {
  const { inputs, bound } = readFields(child(step, 'inputs'), c.fields, c.batch, c.builder);
  const graph: GraphValue = { kind: 'graph', name: 'step', tree: step, locals: new Map() };
  const session = { ...c.root.session, builder: c.builder, callModel: modelCaller(c.models), modelWeights: weightLister(c.models, c.builder) };
  return { ...c.root, session, locals: localsOf(graph), table: newTable(nodesOf(graph)), inputs, bound };
}

function readPredict(tree: MapTree, context: Context, models: ReadonlyMap<string, Model>, fields: Fields, builder: Builder): PredictPlan | undefined {
  const predict = child(tree, 'predict') as MapTree | undefined;
  if (!predict) return undefined;
  const scope = stepScope(predict, { root: rootScope(tree, context, builder), models, fields, batch: undefined, builder });
  if (!child(predict, 'outputs')) throw failure('schema/missing-key', '"predict" needs "outputs"', predict.span, 'outputs: { swap: image }');
  const outputs = expandBody({ kind: 'graph', name: 'predict', tree: predict, locals: new Map() }, scope);
  refuseStrayWeights(builder);
  const ids = Object.fromEntries([...outputs].map(([name, v]) => [name, v.kind === 'tensor' ? [v.id] : v.items.map((t) => t.id)]));
  const graph = prune({ name: 'predict', inputs: builder.inputs, nodes: builder.nodes, outputs: ids, weights: [...builder.weights.values()], assumptions: builder.assumptions });
  return { graph, inputs: scope.bound };
}

/** Data fields that no term needs are not loaded. */
function usedInputs(step: IrGraph, bound: Record<string, string>): Record<string, string> {
  const used = new Set([...step.nodes.flatMap((n) => n.inputs), ...Object.values(step.outputs).flat()]);
  return Object.fromEntries(Object.entries(bound).filter(([name]) => used.has(`input:${name}`)));
}

function withoutUnusedInputs(step: IrGraph): IrGraph {
  const used = new Set([...step.nodes.flatMap((n) => n.inputs), ...Object.values(step.outputs).flat()]);
  return Object.freeze({ ...step, inputs: step.inputs.filter((i) => used.has(i.id)) });
}

function* usedModels(models: ReadonlyMap<string, Model>, step: IrGraph, predict: PredictPlan | undefined): Generator<Model> {
  const called = new Set([...step.nodes, ...(predict?.graph.nodes ?? [])].map((n) => n.call?.model));
  for (const model of models.values()) if (called.has(model.plan.name)) yield model;
}

function readEvaluate(tree: MapTree, scope: Scope): EvaluatePlan {
  const section = child(tree, 'evaluate');
  const read = readSection(section, EVALUATE_SCHEMA, 'evaluate', scope, tree) as unknown as EvaluatePlan;
  const { metrics } = scope.session.registry;
  for (const [i, name] of read.metrics.entries()) {
    const at = child(section, 'metrics');
    if (!metrics.has(name)) throw failure('schema/unknown-metric', `there is no metric "${name}"`, (child(at, String(i)) ?? at)?.span, suggestion(name, metrics.keys()));
  }
  return read;
}

function readTrain(tree: MapTree, scope: Scope, models: ReadonlyMap<string, Model>): TrainPlan {
  const section = child(tree, 'train') as Tree;
  const read = readSection(section, TRAIN_SCHEMA, 'train', scope, tree) as { steps: number; ema: Record<string, number>; checkpoint: { every?: number; keep?: number } };
  for (const [name, decay] of Object.entries(read.ema)) {
    const at = child(child(section, 'ema'), name)?.span ?? section.span;
    if (!models.has(name)) throw failure('normalize/unknown-model', `"ema" names "${name}", which is no model`, at, suggestion(name, models.keys()));
    if (typeof decay !== 'number' || decay < 0 || decay >= 1) throw failure('schema/value', `the decay of "${name}" is a number in [0, 1)`, at);
  }
  return { steps: read.steps, ema: read.ema, checkpoint: { every: read.checkpoint.every ?? 500, keep: read.checkpoint.keep ?? 2 } };
}

function precisionOf(tree: MapTree, scope: Scope): Experiment['precision'] {
  const schema = { precision: { enum: ['float32', 'mixed-bfloat16'], default: 'float32' } } as const;
  const written = child(tree, 'precision');
  const section = written ? { ...tree, entries: new Map([['precision', { key: written.span, value: written }]]) } : undefined;
  return readSection(section, schema, 'experiment', scope, tree).precision as Experiment['precision'];
}

const textOf = (tree: MapTree, key: string, otherwise: string): string => {
  const value = child(tree, key);
  return value ? String(toData(value)) : otherwise;
};

type Parts = Omit<Experiment, 'name' | 'doc' | 'hash'>;

/** Everything that changes a trained result; not names of terms, evaluation or checkpoints. */
function hashExperiment(parts: Parts, dataset: AnyDataset, context: Context): string {
  const named = (op: string): boolean => context.registry.ops.get(op)?.traits?.random === true;
  const { dataset: name, size, batch, pairs, seed, inputs, span } = parts.data;
  const attrs = relativePaths(parts.data.attrs, dataset.paths ?? [], span.file);
  const models = Object.values(parts.models).map((m) => [m.name, m.frozen, m.weights ?? '', ...(m.mapping ? [m.mapping] : [])]);
  const phases = parts.order.map((p) => {
    const { update, optimizer, window, terms, reuse } = parts.phases[p];
    return { update, optimizer, window, reuse: reuse.length, terms: terms.map((t) => ({ path: t.path, weights: t.weights, windows: t.windows })) };
  });
  const data = { name: `${name}:${dataset.name}`, attrs, size, batch, pairs, seed, inputs } as unknown as Data;
  return hashData({ step: hashGraph(parts.step, named, context.memory.hashes), predict: parts.predict ? hashGraph(parts.predict.graph, named, context.memory.hashes) : '', models, phases, data, steps: parts.train.steps, ema: parts.train.ema, precision: parts.precision });
}

/** Paths as the file that holds `data` would write them: a hash does not know where a checkout lies. */
function relativePaths(attrs: Readonly<Record<string, unknown>>, paths: readonly string[], file: string): Record<string, unknown> {
  const relative = (key: string, value: unknown): unknown => (paths.includes(key) && typeof value === 'string' ? path.relative(path.dirname(file), value).split(path.sep).join('/') : value);
  return Object.fromEntries(Object.entries(attrs).map(([key, value]) => [key, relative(key, value)]));
}
