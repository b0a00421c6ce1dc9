import path from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { Context } from '../normalize/graph.ts';
import { loadDocument, loadGraphFile } from '../plan/load.ts';
import { amount, counted } from '../plan/amount.ts';
import { hoistable } from '../plan/hoist/steady.ts';
import { measureGraph } from '../plan/measure.ts';
import { unusedInExperiment, unusedInGraph } from '../schema/unused.ts';
import { isConcrete } from '../shape/dim.ts';
import { child, keysOf, toData, type MapTree, type Tree } from '../source/tree.ts';
import { expandFile, type ExpandOptions } from './expand.ts';

/** What `check` found in one file. */
export interface CheckResult {
  readonly file: string;
  readonly kind?: string;
  /** No errors; there may be warnings. */
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** One line about what the file describes. */
  readonly summary?: string;
}

/** All phases up to `plan` for a file of any kind, its profiles included. Mistakes come back as diagnostics; defects are thrown. */
export async function checkFile(file: string, context: Context, options: ExpandOptions = {}): Promise<CheckResult> {
  const absolute = path.resolve(file);
  try {
    return { file: absolute, ok: true, ...(await checkDocument(absolute, context, options)) };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { file: absolute, ok: false, diagnostics: error.diagnostics };
  }
}

type Found = Pick<CheckResult, 'kind' | 'diagnostics' | 'summary'>;

async function checkDocument(file: string, context: Context, options: ExpandOptions): Promise<Found> {
  const raw = context.files.read(file);
  if (kindOf(raw) === 'prepare') return checkPipeline(file, context);
  const { kind, tree } = loadDocument(file, context);
  if (kind === 'graph') return checkGraphFile(file, tree, context, options);
  return checkStudy(file, kind, tree, context, options);
}

/** Its stages bring networks and image libraries, which other files do not wait for. */
async function checkPipeline(file: string, context: Context): Promise<Found> {
  const { readPipeline } = await import('../datasets/prepare/pipeline.ts');
  return { kind: 'prepare', diagnostics: [], summary: counted(readPipeline(file, undefined, context.files).stages.length, 'stage') };
}

const kindOf = (tree: Tree): string => String(toData(child(tree, 'kind') ?? { kind: 'scalar', value: '', span: tree.span }));

function checkGraphFile(file: string, tree: MapTree, context: Context, options: ExpandOptions): Found {
  const graph = loadGraphFile(file, context, options.set ? { set: options.set } : {});
  const { parameters, macs } = measureGraph(graph, context.registry);
  const cost = isConcrete(macs) && macs > 0 ? `, ${amount(macs)} MACs` : '';
  return { kind: 'graph', diagnostics: unusedInGraph(tree), summary: `${counted(graph.nodes.length, 'node')}, ${amount(parameters)} parameters${cost}` };
}

/** An experiment or ablation as it stands, then under each of its profiles. */
function checkStudy(file: string, kind: string, tree: MapTree, context: Context, options: ExpandOptions): Found {
  const plan = expandFile(file, context, options);
  if (options.profile === undefined) for (const profile of keysOf(child(tree, 'profiles'))) expandFile(file, context, { ...options, profile });
  const baseline = (plan.variants.find((v) => v.baseline) ?? plan.variants[0]).experiment;
  const runs = plan.variants.length * plan.seeds.length;
  const study = kind !== 'experiment' ? `${plan.variants.length} ${kind === 'sweep' ? 'points' : 'variants'} x ${plan.seeds.length} seeds = ${runs} runs of ` : '';
  return { kind, diagnostics: kind === 'experiment' ? unusedInExperiment(tree) : [], summary: `${study}${experimentSummary(baseline, context)}` };
}

function experimentSummary(experiment: Experiment, context: Context): string {
  const { parameters, macs } = measureGraph(experiment.step, context.registry);
  const { step, data, train } = experiment;
  const before = hoistable(experiment, context.registry).size;
  return `${train.steps} steps of ${data.batch} pairs at ${data.size}x${data.size}; ${step.nodes.length} nodes (${before} on data and frozen weights alone), ${amount(parameters)} parameters, ${amount(macs)} MACs a step`;
}
