import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { errorAt } from '../../diagnostics/failure.ts';
import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import { readSection } from '../../normalize/experiment/section.ts';
import type { Scope } from '../../normalize/scope.ts';
import type { AttributeSchemas } from '../../registry/attributes.ts';
import { unknownKeys } from '../../schema/graph.ts';
import { namesIn } from '../../expression/names.ts';
import { ExpressionError, parseExpression } from '../../expression/parse.ts';
import { child, toData, type MapTree, type Tree } from '../../source/tree.ts';
import type { MetricDefinition } from '../../registry/metric.ts';
import type { Objective, StopRule, VariantPlan } from '../plan.ts';
import { SWEEP_KEYS } from '../sweep-keys.ts';
import { MAX_POINTS } from './axis.ts';
import type { Search } from './points.ts';

export const SEARCH_SCHEMA: AttributeSchemas = {
  type: { enum: ['grid', 'random', 'sobol', 'optuna'], description: 'How points are chosen.' },
  runs: { type: 'integer', minimum: 1, maximum: MAX_POINTS, description: 'Number of points (not of a grid).', optional: true },
  seed: { type: 'integer', minimum: 0, description: 'Seed of the points.', default: 0 },
};

export const OBJECTIVE_SCHEMA: AttributeSchemas = {
  maximize: { type: 'string', description: 'Metric to make large.', optional: true },
  minimize: { type: 'string', description: 'Metric to make small.', optional: true },
  'subject-to': { type: 'string', description: 'A comparison over metrics that the best point must fulfil, such as pose-error < 4.', optional: true },
};

export const STOP_SCHEMA: AttributeSchemas = {
  type: { enum: ['asha'], description: 'Successive halving with the rungs of ASHA (Li et al., MLSys 2020); a rung is decided once every point has reached it, so results do not depend on timing.' },
  metric: { type: 'string', description: 'What is compared at a rung, by its mean over seeds; default: the objective\'s.', optional: true },
  rungs: { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1, description: 'Steps at which points are compared.' },
  reduction: { type: 'number', exclusiveMinimum: 1, default: 3, description: 'One in so many goes on, at least one.' },
};

/** Phase 3 for a sweep: its keys; the space is checked when points are drawn. */
export function checkSweep(tree: MapTree): Diagnostic[] {
  const missing = ['name', 'base', 'search', 'space'].filter((key) => !tree.entries.has(key)).map((key) =>
    errorAt('schema/missing-key', `the sweep has no "${key}"`, tree.span, key === 'base' ? 'base: ../experiments/facechanger.yaml' : key === 'search' ? 'search: { type: random, runs: 16 }' : undefined));
  return [...unknownKeys(tree, Object.keys(SWEEP_KEYS), 'a sweep'), ...missing];
}

export function readSearch(study: MapTree, scope: Scope): Search {
  const search = child(study, 'search') as Tree;
  const read = readSection(search, SEARCH_SCHEMA, 'search', scope, study) as unknown as Omit<Search, 'type'> & { type: Search['type'] | 'optuna' };
  if (read.type === 'optuna') throw failure('study/search', 'the search "optuna" is not available yet', child(search, 'type')?.span, 'sobol covers the space evenly, random and grid are there too');
  if (read.type === 'grid' && read.runs !== undefined) throw failure('study/search', 'a grid has as many runs as combinations', child(search, 'runs')?.span, 'remove "runs", or search by sobol');
  return { ...read, type: read.type };
}

/** What is best. @throws DiagnosticError for a metric that the base does not evaluate */
export function readObjective(study: MapTree, metrics: readonly string[], scope: Scope): Objective | undefined {
  const tree = child(study, 'objective');
  if (!tree) return undefined;
  const read = readSection(tree, OBJECTIVE_SCHEMA, 'objective', scope, study) as { maximize?: string; minimize?: string; 'subject-to'?: string };
  const metric = read.maximize ?? read.minimize;
  if (metric === undefined || (read.maximize !== undefined && read.minimize !== undefined)) throw failure('study/objective', '"objective" has one of maximize and minimize', tree.span, 'objective: { maximize: csim }');
  requireMetric(metric, metrics, tree);
  const constraint = read['subject-to'];
  if (constraint !== undefined) checkConstraint(constraint, metrics, child(tree, 'subject-to') as Tree);
  return { metric, better: read.maximize === undefined ? 'lower' : 'higher', ...(constraint === undefined ? {} : { subjectTo: constraint }) };
}

function checkConstraint(text: string, metrics: readonly string[], tree: Tree): void {
  try {
    for (const name of namesIn(parseExpression(text))) requireMetric(name, metrics, tree);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw failure('study/objective', `"${text}": ${error.message}`, tree.span, error.hint);
  }
}

/** Rungs rise and end before the training of any point does. */
export function readStop(study: MapTree, objective: Objective | undefined, points: readonly VariantPlan[], scope: Scope): StopRule | undefined {
  const tree = child(study, 'stop');
  if (!tree) return undefined;
  const read = readSection(tree, STOP_SCHEMA, 'stop', scope, study) as { metric?: string; rungs: number[]; reduction: number };
  const metric = read.metric ?? objective?.metric;
  if (metric === undefined) throw failure('study/stop', '"stop" needs a metric, as there is no objective', tree.span, 'metric: csim');
  requireMetric(metric, points[0].experiment.evaluate.metrics, tree);
  const blind = points.find(({ experiment: { predict, evaluate } }) => !predict || !evaluate.metrics.includes(metric));
  if (blind) throw failure('study/stop', `"${blind.name}" ${blind.experiment.predict ? `does not evaluate "${metric}"` : 'has no "predict"'}, so it cannot be compared at a rung`, tree.span);
  const rungs = child(tree, 'rungs')?.span;
  if (read.rungs.some((r, i) => i > 0 && r <= read.rungs[i - 1])) throw failure('study/stop', '"rungs" rise', rungs, 'rungs: [100, 300, 900]');
  const short = points.find(({ experiment: { train } }) => read.rungs.some((r) => r >= train.steps));
  if (short) throw failure('study/stop', `a rung lies before the end of training, at step ${short.experiment.train.steps} of "${short.name}"`, rungs);
  const better = metric === objective?.metric ? objective.better : (scope.session.registry.metrics.get(metric) as MetricDefinition).better;
  return { type: 'asha', metric, better, rungs: read.rungs, reduction: read.reduction };
}

function requireMetric(metric: string, metrics: readonly string[], tree: Tree): void {
  if (!metrics.includes(metric)) throw failure('study/metric', `"${metric}" is no metric that the base evaluates`, tree.span, suggestion(metric, metrics));
}

/** `exclude`: conditions over axes; points that fulfil one are left out. */
export function excludedOf(study: MapTree): readonly Tree[] {
  const exclude = child(study, 'exclude');
  if (!exclude) return [];
  if (exclude.kind !== 'list' || exclude.items.some((i) => typeof toData(i) !== 'string')) throw failure('study/exclude', '"exclude" lists conditions', exclude.span, 'exclude: ["id < 0.2 and tap > 2"]');
  return exclude.items;
}
