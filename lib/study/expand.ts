import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { applyProfile } from '../compose/compose.ts';
import { resolvePath } from '../compose/files.ts';
import { applyPatch } from '../compose/patch.ts';
import { patchContext } from '../normalize/declares.ts';
import { normalizeExperiment } from '../normalize/experiment/experiment.ts';
import { readSection } from '../normalize/experiment/section.ts';
import type { Context } from '../normalize/graph.ts';
import type { Scope } from '../normalize/scope.ts';
import { loadDocument, resolveExperiment } from '../plan/load.ts';
import { child, keysOf, kindText, toData, type MapTree, type Tree } from '../source/tree.ts';
import { checkClaim } from './claims/check.ts';
import type { ClaimSpec } from './claims/claim.ts';
import { checkAblation, CLAIM_SCHEMA, REPORT_SCHEMA } from './document.ts';
import { generateVariants, type VariantSource } from './generate.ts';
import type { StudyPlan, VariantPlan } from './plan.ts';
import { checkSweep, readObjective, readStop } from './sweep/document.ts';
import { sweepSources } from './sweep/sources.ts';

export interface ExpandOptions {
  readonly profile?: string;
  /** `--set` on the base experiment, so on every variant. */
  readonly set?: readonly string[];
  readonly seeds?: number;
}

/** An experiment or ablation file -> the frozen plan of all its runs. @throws DiagnosticError */
export function expandFile(file: string, context: Context, options: ExpandOptions = {}): StudyPlan {
  const { kind, tree } = loadDocument(file, context);
  if (kind === 'experiment') return expandExperiment(tree, context, options);
  if (kind === 'ablation' || kind === 'sweep') return expandStudy(kind, tree, context, options);
  throw failure('study/kind', `a file of kind ${kind} cannot be run`, child(tree, 'kind')?.span, 'run experiments, ablations and sweeps');
}

function expandExperiment(tree: MapTree, context: Context, options: ExpandOptions): StudyPlan {
  const experiment = normalizeExperiment(resolveExperiment(tree, context, options), context);
  return {
    kind: 'experiment', name: experiment.name, ...(options.profile ? { profile: options.profile } : {}), plumbing: options.profile === 'quick',
    seeds: seedList(options.seeds ?? 1), metrics: experiment.evaluate.metrics, claims: [],
    variants: [{ name: experiment.name, baseline: true, experiment, patches: [] }],
  };
}

function expandStudy(kind: 'ablation' | 'sweep', document: MapTree, context: Context, options: ExpandOptions): StudyPlan {
  const errors = kind === 'sweep' ? checkSweep(document) : checkAblation(document);
  if (errors.length > 0) throw new DiagnosticError(errors);
  const written = child(document, 'profile');
  const profile = options.profile ?? (written ? String(toData(written)) : undefined);
  const base = baseOf(document, context);
  requireProfile(profile, document, base, written);
  const has = (tree: MapTree): string | undefined => (profile !== undefined && child(child(tree, 'profiles'), profile) ? profile : undefined);
  const study = applyProfile(document, has(document), {});
  const resolved = resolveExperiment(base, context, { ...options, profile: has(base) });
  const variants = kind === 'sweep' ? resolvePoints(study, resolved, context) : resolveVariants(variantSources(study, resolved), study, resolved, context);
  const report = readSection(child(study, 'report'), REPORT_SCHEMA, 'report', plainScope(context), study) as { metrics?: string[]; rows?: string; columns?: string };
  const metrics = report.metrics ?? variants[0].experiment.evaluate.metrics;
  requireMetrics(metrics, variants[0], study);
  const question = child(study, 'question');
  return Object.freeze({
    kind, name: String(toData(child(study, 'name') as Tree)), ...(question ? { question: String(toData(question)) } : {}),
    ...(profile ? { profile } : {}), plumbing: child(study, 'plumbing') !== undefined && toData(child(study, 'plumbing') as Tree) === true,
    seeds: seedList(options.seeds ?? seedCount(study)), metrics, variants, claims: readClaims(study, variants, metrics, context),
    ...(report.rows !== undefined && report.columns !== undefined ? { layout: { rows: report.rows, columns: report.columns } } : {}),
    ...(kind === 'sweep' ? searched(study, variants, context) : {}),
  });
}

/** A sweep's points after the base itself; points whose graphs equal those of an earlier one are left out. */
function resolvePoints(study: MapTree, base: MapTree, context: Context): VariantPlan[] {
  const sources = [{ name: baselineName(study), patches: [], at: study }, ...sweepSources(study, plainScope(context))];
  const plans = plansOf(sources, study, base, context);
  const seen = new Set<string>();
  return plans.filter(({ experiment: { hash } }) => !seen.has(hash) && seen.add(hash));
}

function searched(study: MapTree, points: readonly VariantPlan[], context: Context): Pick<StudyPlan, 'objective' | 'stop'> {
  const objective = readObjective(study, points[0].experiment.evaluate.metrics, plainScope(context));
  const stop = readStop(study, objective, points, plainScope(context));
  return { ...(objective ? { objective } : {}), ...(stop ? { stop } : {}) };
}

function baseOf(document: MapTree, context: Context): MapTree {
  const base = child(document, 'base') as Tree;
  const file = resolvePath(String(toData(base)), base.span);
  // Read through the cache first, so that a missing file is reported where it is named.
  context.files.read(file, base.span);
  const { kind, tree } = loadDocument(file, context);
  if (kind !== 'experiment') throw failure('schema/kind', `"base" is an experiment, ${String(toData(base))} is of kind ${kind}`, base.span, 'base: ../experiments/facechanger.yaml');
  return tree;
}

function requireProfile(profile: string | undefined, document: MapTree, base: MapTree, at: Tree | undefined): void {
  if (profile === undefined || profile === 'full') return;
  const known = [...keysOf(child(document, 'profiles')), ...keysOf(child(base, 'profiles'))];
  if (!known.includes(profile)) throw failure('compose/profile', `there is no profile "${profile}"`, at?.span ?? document.span, suggestion(profile, [...new Set(known), 'full']));
}

/** The base under the baseline's name (unless a variant has it), the variants as written, the generated ones. */
function variantSources(study: MapTree, base: MapTree): VariantSource[] {
  const variants = child(study, 'variants');
  const written = keysOf(variants).map((name): VariantSource => ({ name, patches: [child(variants, name) as Tree], at: child(variants, name) as Tree }));
  const generate = child(study, 'generate');
  if (generate && generate.kind !== 'list') throw failure('study/generate', `"generate" is a list of rules, received ${kindText(generate)}`, generate.span);
  const generated = (generate?.kind === 'list' ? generate.items : []).flatMap((rule) => generateVariants(rule, base, child(study, 'exclude')));
  const all = [...written, ...generated];
  const twice = all.find((v, i) => all.findIndex((o) => o.name === v.name) !== i);
  if (twice) throw failure('study/duplicate', `two variants are named "${twice.name}"`, twice.at.span);
  const baseline = baselineName(study);
  return all.some((v) => v.name === baseline) ? all : [{ name: baseline, patches: [], at: study }, ...all];
}

const baselineName = (study: MapTree): string => String(toData(child(study, 'baseline') ?? { kind: 'scalar', value: 'base', span: study.span }));

function resolveVariants(sources: readonly VariantSource[], study: MapTree, base: MapTree, context: Context): VariantPlan[] {
  const plans = plansOf(sources, study, base, context);
  const paper = child(study, 'paper');
  const stranger = keysOf(paper).find((name) => !plans.some((p) => p.name === name) && child(study, 'plumbing') === undefined);
  if (stranger) throw failure('study/paper', `"paper" names "${stranger}", which is no variant`, child(paper, stranger)?.span, suggestion(stranger, plans.map((p) => p.name)));
  refuseNoOps(plans, sources);
  return plans;
}


function plansOf(sources: readonly VariantSource[], study: MapTree, base: MapTree, context: Context): VariantPlan[] {
  const patching = patchContext(context);
  const paper = child(study, 'paper');
  return sources.map((source): VariantPlan => {
    const tree = source.patches.reduce<Tree>((out, patch) => applyPatch(out, patch, patching), base) as MapTree;
    const printed = child(paper, source.name);
    return {
      name: source.name, baseline: source.name === baselineName(study), experiment: normalizeExperiment(tree, context),
      patches: source.patches.flatMap(patchText), ...(source.factors ? { factors: source.factors } : {}),
      ...(printed ? { paper: toData(printed) as Record<string, number> } : {}),
    };
  });
}

/** A variant that compiles to the baseline's graphs tests nothing. */
function refuseNoOps(plans: readonly VariantPlan[], sources: readonly VariantSource[]): void {
  const baseline = plans.find((p) => p.baseline);
  const idle = plans.findIndex((p) => !p.baseline && p.experiment.hash === baseline?.experiment.hash);
  if (idle < 0) return;
  const { name, patches } = plans[idle];
  const did = patches.length > 0 ? ` (${patches.join(', ')})` : '';
  throw failure('study/no-op', `variant "${name}" changes nothing${did}: its graphs equal those of "${baseline?.name}"`, sources[idle].at.span, 'remove it, or change what it sets');
}

function patchText(patch: Tree): string[] {
  const removed = child(patch, 'remove');
  return [
    ...(removed?.kind === 'list' ? removed.items.map((t) => `remove ${String(toData(t))}`) : []),
    ...['add', 'set'].flatMap((verb) => keysOf(child(patch, verb)).map((p) => `${verb} ${p} = ${JSON.stringify(toData(child(child(patch, verb), p) as Tree))}`)),
  ];
}

function readClaims(study: MapTree, variants: readonly VariantPlan[], metrics: readonly string[], context: Context): ClaimSpec[] {
  const claims = child(study, 'claims');
  if (!claims) return [];
  if (claims.kind !== 'list') throw failure('study/claims', `"claims" is a list, received ${kindText(claims)}`, claims.span);
  const names = { variants: variants.map((v) => v.name), metrics };
  return claims.items.map((item) => {
    const spec = readSection(item, CLAIM_SCHEMA, 'claim', plainScope(context), study) as unknown as ClaimSpec;
    const span = child(item, 'expect')?.span ?? item.span;
    checkClaim(spec.expect, names, span);
    return { ...spec, span };
  });
}

function requireMetrics(metrics: readonly string[], first: VariantPlan, study: MapTree): void {
  const measured = first.experiment.evaluate.metrics;
  const stranger = metrics.find((m) => !measured.includes(m));
  if (stranger !== undefined) throw failure('study/metric', `"report" names "${stranger}", which the base does not evaluate`, child(child(study, 'report'), 'metrics')?.span, suggestion(stranger, measured));
}

const MAX_SEEDS = 1000;

function seedCount(study: MapTree): number {
  const seeds = child(study, 'seeds');
  const value = seeds ? toData(seeds) : 1;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_SEEDS) return value;
  throw failure('study/seeds', `"seeds" is the number of seeds (1 to ${MAX_SEEDS}), received ${JSON.stringify(value)}`, seeds?.span, `seeds: ${Array.isArray(value) && value.length > 0 ? value.length : 3}`);
}

const seedList = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Studies have no params of their own: values are read as they are. */
function plainScope(context: Context): Scope {
  return { names: new Map(), missing: new Set(), session: { values: context.values, registry: context.registry } } as unknown as Scope;
}
