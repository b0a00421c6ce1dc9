import type { Comparison, Expression } from './claim.ts';
import { metricsOf } from './parse.ts';

/** What claims need to know of a study: its variants and, of each, the metrics of its runs by seed. */
export interface ClaimData {
  readonly variants: readonly ClaimVariant[];
}

export interface ClaimVariant {
  readonly name: string;
  readonly runs: readonly ClaimRun[];
}

/** A run counts where `status` is `finished`. A metric that it lacks counts as not measured, never as zero. */
export interface ClaimRun {
  readonly seed: number;
  readonly status: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The differences left - right per seed, over the seeds that finished in every variant concerned. */
export interface PairedDifferences {
  readonly seeds: readonly number[];
  readonly differences: readonly number[];
  /** Seeds left out or values that are no numbers, in words. */
  readonly notes: readonly string[];
  /** Whether every difference is a finite number. */
  readonly finite: boolean;
}

/** The paired differences of one comparison. */
export function pairedDifferences(comparison: Comparison, data: ClaimData): PairedDifferences {
  const references = metricsOf(comparison);
  const bySeed = new Map([...new Set(references.map((r) => r.variant))].map((name) => [name, finishedRuns(name, data)]));
  const everySeed = new Set([...bySeed.values()].flatMap(({ all }) => all));
  const seeds = [...everySeed].filter((seed) => [...bySeed.values()].every(({ runs }) => runs.has(seed))).sort((a, b) => a - b);
  const notes = [...bySeed].flatMap(([variant, { runs }]) => {
    const lacking = [...everySeed].filter((seed) => !runs.has(seed)).sort((a, b) => a - b);
    return lacking.length > 0 ? [`${variant}: no finished run of seed ${lacking.join(', ')}, so that pair is left out`] : [];
  });
  const valueOf = (variant: string, metric: string, seed: number): number => bySeed.get(variant)?.runs.get(seed)?.metrics[metric] ?? NaN;
  const differences = seeds.map((seed) => {
    const at = (e: Expression): number => evaluate(e, (variant, metric) => valueOf(variant, metric, seed));
    return at(comparison.left) - at(comparison.right);
  });
  const odd = oddValues(references, seeds, valueOf, differences);
  return { seeds, differences, notes: [...notes, ...odd], finite: odd.length === 0 };
}

/** The value of an expression, its metrics looked up by `value`. */
export function evaluate(e: Expression, value: (variant: string, metric: string) => number): number {
  if (e.kind === 'number') return e.value;
  if (e.kind === 'metric') return value(e.variant, e.metric);
  if (e.kind === 'negate') return -evaluate(e.of, value);
  const [left, right] = [evaluate(e.left, value), evaluate(e.right, value)];
  if (e.op === '+') return left + right;
  if (e.op === '-') return left - right;
  return e.op === '*' ? left * right : left / right;
}

function finishedRuns(name: string, data: ClaimData): { all: number[]; runs: Map<number, ClaimRun> } {
  const variant = data.variants.find((v) => v.name === name);
  if (!variant) throw new RangeError(`no variant "${name}" in the results`);
  const runs = new Map<number, ClaimRun>();
  for (const run of variant.runs) {
    if (run.status !== 'finished') continue;
    if (runs.has(run.seed)) throw new RangeError(`variant "${name}" has two finished runs of seed ${run.seed}`);
    runs.set(run.seed, run);
  }
  return { all: variant.runs.map((r) => r.seed), runs };
}

/** Words for each metric that is no number at some seed; where all are, for an expression that is not finite. */
function oddValues(
  references: ReturnType<typeof metricsOf>,
  seeds: readonly number[],
  valueOf: (variant: string, metric: string, seed: number) => number,
  differences: readonly number[],
): string[] {
  const names = new Map(references.map((r) => [`${r.variant}.${r.metric}`, r]));
  const odd = [...names].flatMap(([name, { variant, metric }]) => {
    const at = seeds.filter((seed) => !Number.isFinite(valueOf(variant, metric, seed)));
    return at.length > 0 ? [`${name} is not a finite number at seed ${at.join(', ')}`] : [];
  });
  if (odd.length > 0) return odd;
  const at = seeds.filter((_, i) => !Number.isFinite(differences[i]));
  return at.length > 0 ? [`the expression is not a finite number at seed ${at.join(', ')}`] : [];
}
