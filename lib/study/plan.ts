import type { Experiment } from '../ir/experiment.ts';
import type { ClaimSpec } from './claims/claim.ts';

/** A frozen, resolved study: what `run` executes, whatever happens to the files afterwards. */
export interface StudyPlan {
  readonly kind: 'ablation' | 'sweep' | 'experiment';
  readonly name: string;
  readonly question?: string;
  readonly profile?: string;
  /** Too small to show anything but that the machinery works. */
  readonly plumbing: boolean;
  readonly seeds: readonly number[];
  readonly metrics: readonly string[];
  /** In the order of the file; the first may be the baseline. */
  readonly variants: readonly VariantPlan[];
  readonly layout?: { readonly rows: string; readonly columns: string };
  readonly claims: readonly ClaimSpec[];
  /** What a sweep looks for. */
  readonly objective?: Objective;
  /** How a sweep stops runs that look bad. */
  readonly stop?: StopRule;
}

export interface Objective {
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  /** A comparison over metrics, such as `pose-error < 4`. */
  readonly subjectTo?: string;
}

/** Successive halving: at each rung the best 1 / reduction of the points that reached it go on, by the mean of the metric over their seeds. */
export interface StopRule {
  readonly type: 'asha';
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  /** Steps, rising, before the end of training. */
  readonly rungs: readonly number[];
  readonly reduction: number;
}

export interface VariantPlan {
  readonly name: string;
  readonly baseline: boolean;
  readonly experiment: Experiment;
  /** What was changed, in words: `set /models/generator/with/norms`. */
  readonly patches: readonly string[];
  /** Factor -> level, in a factorial study. */
  readonly factors?: Readonly<Record<string, string>>;
  /** What the paper prints for this variant. */
  readonly paper?: Readonly<Record<string, number>>;
}

/** One run: a variant with a seed. Its folder is `<variant>/seed-<seed>` of the study's. */
export interface RunKey {
  readonly variant: string;
  readonly seed: number;
}

/** All runs, seed by seed, so that an interrupted study has whole pairs. */
export function runsOf(plan: StudyPlan): RunKey[] {
  return plan.seeds.flatMap((seed) => plan.variants.map((v) => ({ variant: v.name, seed })));
}

export const runFolder = (key: RunKey): string => `${key.variant}/seed-${key.seed}`;
