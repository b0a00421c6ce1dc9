import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/failure.ts';
import type { AttributeSchema, AttributeSchemas } from '../registry/attributes.ts';
import { tokenizers } from '../registry/token-field.ts';
import { child, kindText, type MapTree, type Tree } from '../source/tree.ts';
import { nameErrors, checkNodes, type NodeContext } from './node.ts';
import { paramErrors, pluginErrors, unknownKeys } from './graph.ts';

/** Keys of an experiment and what they are for. */
export const EXPERIMENT_KEYS: Readonly<Record<string, string>> = {
  kind: 'experiment',
  name: 'The name, in kebab-case.',
  doc: 'What the experiment trains.',
  source: 'The paper or repository it follows.',
  plugins: 'TypeScript or JavaScript files with ops, data sets, metrics or optimisers of your own; run only with --allow-plugins.',
  params: 'Values that several places share; `$name` reads them.',
  models: 'Name -> graph, params, weights, frozen.',
  data: 'The data set, picture size, batch and pairs.',
  step: 'One training step: inputs from the data, and nodes that call the models.',
  order: 'The order of the phases in a step.',
  phases: 'Name -> what is minimised over which models\' weights by which optimiser.',
  components: 'Name -> the places that switching it off removes.',
  predict: 'How trained models make a picture.',
  evaluate: 'Protocol and metrics.',
  train: 'Steps, moving averages, checkpoints.',
  precision: 'float32 or mixed-bfloat16.',
  profiles: 'Name -> patches of sizes and lengths.',
};

const zeroOrMore: AttributeSchema = { type: 'integer', minimum: 0 };

export const DATA_SCHEMA: AttributeSchemas = {
  dataset: { type: 'string', description: 'A data set of the registry.' },
  size: { type: 'integer', minimum: 8, maximum: 1024, description: 'Side of the square pictures, in pixels.' },
  batch: { type: 'integer', minimum: 1, description: 'Pairs per step.' },
  pairs: {
    type: 'object', description: 'How sources and targets are paired.', default: {},
    properties: {
      'same-identity': { type: 'number', minimum: 0, maximum: 1, description: 'Share of pairs that show one person.' },
      by: { enum: ['identity', 'image'], description: 'Whether such a pair is two pictures or the same one twice.' },
    },
  },
  fields: { type: 'object', description: 'Fields made of others: `name: { from: field }`, texts with `tokenize`.', default: {} },
  seed: { type: 'integer', description: 'Seed of the data, shared by all runs of a study.', default: 0 },
};

/** What one entry of `data.fields` may say. */
export const FIELD_SCHEMA: AttributeSchemas = {
  from: { type: 'string', description: 'The field it is made of.' },
  tokenize: { enum: tokenizers, description: 'Tokenizer that makes a text into int32 ids.', optional: true },
  length: { type: 'integer', minimum: 2, maximum: 1000, description: 'Number of ids; longer texts are cut, shorter ones padded with 0.', default: 77 },
};

export const EVALUATE_SCHEMA: AttributeSchemas = {
  protocol: { type: 'string', description: 'How test swaps are chosen.', default: 'pairs' },
  pairs: { type: 'integer', minimum: 1, description: 'Test pairs that are swapped and measured.', default: 64 },
  every: { ...zeroOrMore, description: 'Steps between evaluations; 0: at the end only.', default: 0 },
  weights: { enum: ['ema', 'raw'], description: 'Moving averages or the trained weights themselves.', default: 'raw' },
  metrics: { type: 'array', items: { type: 'string' }, description: 'Metrics of the registry.', default: [] },
};

export const TRAIN_SCHEMA: AttributeSchemas = {
  steps: { type: 'integer', minimum: 0, description: 'Training steps.' },
  ema: { type: 'object', description: 'Model -> decay of its moving average.', default: {} },
  checkpoint: {
    type: 'object', description: 'Steps between checkpoints and how many are kept.', default: {},
    properties: { every: { type: 'integer', minimum: 1 }, keep: { type: 'integer', minimum: 1 } },
  },
};

export const WINDOW_SCHEMA: AttributeSchemas = {
  from: { ...zeroOrMore, description: 'First step.', default: 0 },
  until: { ...zeroOrMore, description: 'First step at which it no longer acts.', optional: true },
  every: { type: 'integer', minimum: 1, description: 'Acts on every n-th step from `from`.', default: 1 },
};

export const OPTIMIZER_SCHEMA: AttributeSchemas = {
  type: { type: 'string', description: 'An optimiser of the registry.' },
  lr: { description: 'Learning rate, a number or a schedule.' },
  'clip-norm': { type: 'number', exclusiveMinimum: 0, description: 'Largest joint norm of the gradients.', optional: true },
  'clip-value': { type: 'number', exclusiveMinimum: 0, description: 'Largest size of a gradient\'s element.', optional: true },
  accumulate: { type: 'integer', minimum: 1, description: 'Batches averaged into one update.', default: 1 },
  groups: { type: 'array', items: { type: 'object' }, description: 'Other settings for the weights under `weights`, such as generator/up-1.', default: [] },
};

export const MODEL_KEYS = ['graph', 'with', 'weights', 'frozen', 'remat', 'doc'];
export const PHASE_KEYS = ['update', 'optimizer', 'terms', 'reuse', 'from', 'until', 'every', 'doc'];
export const TERM_KEYS = ['graph', 'in', 'with', 'weight', 'from', 'until', 'every', 'doc'];
export const GROUP_KEYS = ['terms', 'weight', 'from', 'until', 'every', 'doc'];

/** Phase 3 for an experiment: keys, names and nodes; values are checked when params are known. */
export function checkExperiment(tree: MapTree, context: NodeContext): Diagnostic[] {
  const required = ['models', 'data', 'step', 'phases', 'train'].filter((key) => !tree.entries.has(key));
  return [
    ...unknownKeys(tree, Object.keys(EXPERIMENT_KEYS), 'an experiment'),
    ...required.map((key) => errorAt('schema/missing-key', `the experiment has no "${key}"`, tree.span, `${key}: ${EXPERIMENT_KEYS[key].replace(/\.$/, '')}`)),
    ...pluginErrors(child(tree, 'plugins')),
    ...paramErrors(child(tree, 'params'), context),
    ...section(tree, 'models', (models) => entries(models, 'models', (m, name) => modelErrors(m, name))),
    ...section(tree, 'step', (step) => stepErrors(step, context)),
    ...section(tree, 'predict', (predict) => stepErrors(predict, context, ['outputs'])),
    ...section(tree, 'phases', (phases) => entries(phases, 'phases', (p, name) => phaseErrors(p, name))),
  ];
}

function section(tree: MapTree, key: string, check: (map: MapTree) => Diagnostic[]): Diagnostic[] {
  const value = child(tree, key);
  if (!value) return [];
  return value.kind === 'map' ? check(value) : [errorAt('schema/section', `"${key}" is a mapping, received ${kindText(value)}`, value.span)];
}

function entries(tree: MapTree, what: string, check: (map: MapTree, name: string) => Diagnostic[]): Diagnostic[] {
  return [...tree.entries].flatMap(([name, { key, value }]) => [
    ...nameErrors(name, key),
    ...(value.kind === 'map' ? check(value, name) : [errorAt('schema/section', `"${name}" of "${what}" is a mapping, received ${kindText(value)}`, value.span)]),
  ]);
}

function modelErrors(model: MapTree, name: string): Diagnostic[] {
  const missing = model.entries.has('graph') ? [] : [errorAt('schema/missing-key', `model "${name}" has no "graph"`, model.span, 'graph: ../graphs/generators/facechanger.yaml')];
  return [...unknownKeys(model, MODEL_KEYS, `model "${name}"`), ...missing];
}

function stepErrors(step: MapTree, context: NodeContext, more: readonly string[] = []): Diagnostic[] {
  const nodes = child(step, 'nodes');
  return [
    ...unknownKeys(step, ['inputs', 'nodes', 'graphs', 'doc', ...more], more.length ? '"predict"' : '"step"'),
    ...(nodes ? checkNodes(nodes, { ...context, models: true }) : [errorAt('schema/missing-key', '"nodes" is missing here', step.span)]),
  ];
}

function phaseErrors(phase: MapTree, name: string): Diagnostic[] {
  const missing = ['update', 'optimizer', 'terms'].filter((key) => !phase.entries.has(key)).map((key) =>
    errorAt('schema/missing-key', `phase "${name}" has no "${key}"`, phase.span));
  return [...unknownKeys(phase, PHASE_KEYS, `phase "${name}"`), ...missing, ...termErrors(child(phase, 'terms'), name)];
}

function termErrors(terms: Tree | undefined, where: string): Diagnostic[] {
  if (!terms) return [];
  if (terms.kind !== 'map') return [errorAt('schema/terms', `"terms" maps names to terms, received ${kindText(terms)}`, terms.span)];
  return entries(terms, 'terms', (term, name) => {
    const inner = child(term, 'terms');
    if (inner) return [...unknownKeys(term, GROUP_KEYS, `group "${name}"`), ...termErrors(inner, `${where}/${name}`)];
    const missing = term.entries.has('graph') ? [] : [errorAt('schema/missing-key', `term "${name}" has no "graph" (or "terms", for a group)`, term.span, 'graph: ../graphs/losses/l1.yaml')];
    return [...unknownKeys(term, TERM_KEYS, `term "${name}"`), ...missing];
  });
}
