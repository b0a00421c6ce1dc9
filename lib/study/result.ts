import type { ClaimResult } from './claims/claim.ts';

/** Everything a report says about a study, as plain data: what the study runner hands over, or what was read back from its folder. */
export interface StudyResult {
  readonly kind: 'ablation' | 'sweep' | 'experiment';
  readonly name: string;
  readonly question?: string;
  readonly profile?: string;
  /** True for runs too small to show anything but that the machinery works: every table is then headed "plumbing, not evidence". */
  readonly plumbing: boolean;
  readonly metrics: readonly MetricInfo[];
  /** In the order of the study's file; one of them may be the baseline. */
  readonly variants: readonly VariantResult[];
  /** A factorial study's layout: the factors whose levels head the rows and the columns, one table per metric. */
  readonly layout?: { readonly rows: string; readonly columns: string };
  readonly claims: readonly ClaimResult[];
  /** Of a sweep with an objective: the best point so far. */
  readonly best?: BestPoint;
  /** Of a sweep that stops early: the points that were stopped at a rung. */
  readonly stopped?: readonly StoppedPoint[];
  /** Metrics of swaps made without a network, on the pairs that every run swaps. */
  readonly controls?: readonly Control[];
  readonly curves: readonly Curve[];
  readonly grids: readonly Grid[];
  /** Name and value, such as `engine` and `tfjs-node 4.22.0, 2 threads`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Command lines that made the study and that go on from it. */
  readonly commands: readonly string[];
}

/** What a metric gives without a network: `copy-target`, `paste-source`, and the perfect answer where the data set knows it. */
export interface Control {
  readonly name: string;
  readonly doc: string;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface BestPoint {
  readonly variant: string;
  readonly metric: string;
  /** Mean over the finished seeds. */
  readonly value: number;
  /** Axis -> value. */
  readonly factors?: Readonly<Record<string, string>>;
}

/** A point that a sweep stopped before the end of training. */
export interface StoppedPoint {
  readonly variant: string;
  /** The rung: steps trained. */
  readonly step: number;
  readonly metric: string;
  /** Mean over the seeds, measured at the rung. */
  readonly value: number;
}

/** A measured value: its unit, which direction is better, and one sentence on what it measures. */
export interface MetricInfo {
  readonly name: string;
  readonly unit?: string;
  readonly better: 'higher' | 'lower';
  readonly doc: string;
  /** Decimals to print; chosen by the interval's width where absent. */
  readonly decimals?: number;
}

export interface VariantResult {
  readonly name: string;
  readonly baseline: boolean;
  /** What differs from the baseline: nodes that differ, and parameters and multiply-accumulates more (or fewer, below 0) than its. */
  readonly changes?: { readonly nodes: number; readonly parameters: number; readonly macs: number; readonly patches?: readonly string[] };
  /** The level of each factor, in a factorial study. */
  readonly factors?: Readonly<Record<string, string>>;
  readonly runs: readonly RunResult[];
  /** What the paper prints for this variant, by metric. */
  readonly paper?: Readonly<Record<string, number>>;
}

/** `paused` waits at a rung of a sweep that stops early; `stopped` ended there, as its point was not among the best. */
export type RunStatus = 'finished' | 'failed' | 'interrupted' | 'paused' | 'stopped' | 'running' | 'planned';

/** One run of one seed. Metrics count only where it finished; NaN is a value that could not be computed. */
export interface RunResult {
  readonly seed: number;
  readonly status: RunStatus;
  /** Of a run that is paused or stopped: the rung, at which its metrics were measured. */
  readonly rung?: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly runId?: string;
  /** The run's folder, relative to the report's, with `/` between names. */
  readonly dir?: string;
  /** Why it failed, in one sentence. */
  readonly failure?: string;
  /** Hash of the resolved experiment without its seed: equal among the runs of a variant. */
  readonly configHash?: string;
  /** Hashes of the data and of the code: equal among all runs of a study. */
  readonly dataHash?: string;
  readonly codeHash?: string;
  readonly seconds?: number;
}

/** One term's values over the steps of one run. */
export interface Curve {
  readonly variant: string;
  readonly seed: number;
  readonly term: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

/** A picture: its path relative to the report's folder (with `/`), or its content as a PNG, JPEG or WebP data URI. */
export interface Grid {
  readonly title: string;
  /** What is to be seen, for whoever cannot see it. */
  readonly alt: string;
  readonly path: string;
  readonly data?: string;
}
