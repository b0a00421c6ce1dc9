import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { controlDocs, type ControlName } from '../evaluate/control-docs.ts';
import type { Registry } from '../registry/registry.ts';
import { evaluateClaims } from '../study/claims/evaluate.ts';
import type { ClaimResult } from '../study/claims/claim.ts';
import type { StudyPlan, VariantPlan } from '../study/plan.ts';
import { runFolder, runsOf } from '../study/plan.ts';
import type { Curve, Grid, RunResult, StudyResult, VariantResult } from '../study/result.ts';
import { compareGraphs } from '../study/compare.ts';
import { bestPoint } from '../study/sweep/best.ts';
import { halvingOf } from './rungs.ts';
import { readRecord, readSteps, type RunRecord } from './run-files.ts';

export interface CollectOptions {
  readonly registry: Registry;
  readonly commands: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Hash of the code that ran. */
  readonly codeHash: string;
}

/** What a study's folder holds so far, for reports. */
export function collectStudy(dir: string, plan: StudyPlan, options: CollectOptions): StudyResult {
  const variants = plan.variants.map((v) => variantResult(dir, plan, v, options));
  return {
    kind: plan.kind, name: plan.name, ...(plan.question === undefined ? {} : { question: plan.question }),
    ...(plan.profile === undefined ? {} : { profile: plan.profile }), plumbing: plan.plumbing,
    metrics: plan.metrics.flatMap((name) => {
      const m = options.registry.metrics.get(name);
      return m ? [{ name, better: m.better, doc: m.doc, ...(m.unit === undefined ? {} : { unit: m.unit }) }] : [];
    }),
    variants, ...(plan.layout ? { layout: plan.layout } : {}), claims: claimsOf(plan, variants), ...bestOf(plan, variants), ...(plan.stop ? { stopped: halvingOf(dir, plan, plan.stop).stopped } : {}), ...controlsOf(dir, plan),
    curves: plan.variants.flatMap((v) => plan.seeds.flatMap((seed) => curvesOf(dir, v.name, seed))),
    grids: gridsOf(dir, plan), environment: options.environment, commands: options.commands,
  };
}

function variantResult(dir: string, plan: StudyPlan, variant: VariantPlan, options: CollectOptions): VariantResult {
  const baseline = plan.variants.find((v) => v.baseline);
  return {
    name: variant.name, baseline: variant.baseline,
    ...(baseline && !variant.baseline ? { changes: { ...compareGraphs(baseline.experiment, variant.experiment, options.registry), patches: variant.patches } } : {}),
    ...(variant.factors ? { factors: variant.factors } : {}), ...(variant.paper ? { paper: variant.paper } : {}),
    runs: plan.seeds.map((seed) => runResult(dir, variant.name, seed, options)),
  };
}

function runResult(dir: string, variant: string, seed: number, options: CollectOptions): RunResult {
  const folder = runFolder({ variant, seed });
  const record: RunRecord | undefined = readRecord(path.join(dir, folder));
  if (!record) return { seed, status: existsSync(path.join(dir, folder)) ? 'interrupted' : 'planned', metrics: {}, dir: folder };
  const runId = readRunId(path.join(dir, folder));
  return {
    seed, status: record.status, ...(record.status === 'paused' || record.status === 'stopped' ? { rung: record.step } : {}), metrics: record.metrics, dir: folder, configHash: record.configHash, dataHash: record.dataHash,
    codeHash: options.codeHash, seconds: record.seconds, ...(record.failure === undefined ? {} : { failure: record.failure }), ...(runId ? { runId } : {}),
  };
}

export const runIdFile = (runDir: string): string => path.join(runDir, 'mlflow-run-id');

function readRunId(runDir: string): string | undefined {
  return existsSync(runIdFile(runDir)) ? readFileSync(runIdFile(runDir), 'utf8').trim() : undefined;
}

/** Every run measures the same controls on the same pairs: those of the first that has them. */
function controlsOf(dir: string, plan: StudyPlan): Pick<StudyResult, 'controls'> {
  const measured = runsOf(plan).map((key) => readRecord(path.join(dir, runFolder(key)))?.controls ?? {}).find((c) => Object.keys(c).length > 0);
  if (!measured) return {};
  return { controls: Object.entries(measured).map(([name, metrics]) => ({ name, doc: controlDocs[name as ControlName] ?? '', metrics })) };
}

function bestOf(plan: StudyPlan, variants: readonly VariantResult[]): Pick<StudyResult, 'best'> {
  const best = plan.objective && bestPoint(variants, plan.objective);
  return best ? { best } : {};
}

function claimsOf(plan: StudyPlan, variants: readonly VariantResult[]): ClaimResult[] {
  if (plan.claims.length === 0) return [];
  const data = { variants: variants.map((v) => ({ name: v.name, runs: v.runs })) };
  return evaluateClaims(plan.claims, data, { metrics: plan.metrics });
}

function curvesOf(dir: string, variant: string, seed: number): Curve[] {
  const lines = readSteps(path.join(dir, runFolder({ variant, seed })));
  const terms = [...new Set(lines.flatMap((l) => Object.keys(l.terms)))];
  return terms.map((term) => ({ variant, seed, term, points: thinned(lines.flatMap((l) => (term in l.terms ? [[l.step, l.terms[term]] as const] : []))) }));
}

const MAX_POINTS = 400;

/** At most `MAX_POINTS` points, each the mean of its neighbours. */
function thinned(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const group = Math.ceil(points.length / MAX_POINTS);
  if (group <= 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / group) }, (_, i) => {
    const part = points.slice(i * group, (i + 1) * group);
    return [part[part.length - 1][0], part.reduce((sum, [, y]) => sum + y, 0) / part.length] as const;
  });
}

function gridsOf(dir: string, plan: StudyPlan): Grid[] {
  return plan.variants.flatMap((v) => plan.seeds.slice(0, 1).flatMap((seed) => {
    const file = `${runFolder({ variant: v.name, seed })}/samples.png`;
    if (!existsSync(path.join(dir, file))) return [];
    return [{ title: `${v.name}, seed ${seed}: source, target, swap`, alt: `Rows of three pictures from the variant ${v.name}: source, target, and the synthetic swap`, path: file }];
  }));
}

/** A hash of what the package ships, so that tables never mix results of different code. */
export function hashFiles(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) hash.update(path.basename(file)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
