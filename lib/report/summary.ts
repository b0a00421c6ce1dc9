import type { MetricInfo, RunResult, StudyResult, VariantResult } from '../study/result.ts';
import { hedgesGz } from '../study/statistics/effect.ts';
import { meanInterval } from '../study/statistics/interval.ts';
import type { Interval } from '../study/statistics/interval.ts';
import { mean, standardDeviation } from '../study/statistics/moments.ts';
import { requireComparable } from './origin.ts';

/** One variant's values of one metric over its finished seeds. */
export interface Cell {
  readonly variant: string;
  readonly metric: MetricInfo;
  readonly values: readonly { readonly seed: number; readonly value: number }[];
  readonly n: number;
  /** NaN where one of the values is; absent where nothing was measured. */
  readonly mean?: number;
  /** Absent below two seeds. */
  readonly deviation?: number;
  /** The two-sided 95 % t interval of the mean; absent below two seeds. */
  readonly interval?: Interval;
  /** Seeds whose value is not a finite number. */
  readonly undefinedSeeds: readonly number[];
  readonly paper?: number;
  /** Whether no other variant's mean is better. */
  readonly best: boolean;
  /** Against the baseline, over the seeds both finished; absent for the baseline itself. */
  readonly difference?: Difference;
}

/** A paired difference variant - baseline. */
export interface Difference {
  readonly n: number;
  readonly mean: number;
  readonly interval?: Interval;
  /** Hedges' g_z; absent below three pairs or where the differences do not vary. */
  readonly effect?: number;
}

export interface Row {
  readonly variant: VariantResult;
  readonly finished: number;
  readonly total: number;
  readonly cells: readonly Cell[];
}

/** A study's numbers, ready to be laid out. */
export interface Summary {
  readonly result: StudyResult;
  readonly rows: readonly Row[];
  readonly runs: { readonly total: number; readonly finished: number; readonly failed: number };
}

/** The cells of a study's tables; a DiagnosticError where runs of different data, code or configuration would share one. */
export function summarise(result: StudyResult): Summary {
  requireComparable(result);
  const baseline = result.variants.find((v) => v.baseline);
  const rows = result.variants.map((variant) => ({
    variant,
    finished: finished(variant).length,
    total: new Set(variant.runs.map((r) => r.seed)).size,
    cells: result.metrics.map((metric) => cellOf(variant, metric, baseline)),
  }));
  const runs = result.variants.flatMap((v) => v.runs);
  const count = (status: RunResult['status']): number => runs.filter((r) => r.status === status).length;
  return {
    result,
    rows: rows.map((row) => ({ ...row, cells: row.cells.map((cell, i) => ({ ...cell, best: isBest(cell, rows.map((r) => r.cells[i])) })) })),
    runs: { total: runs.length, finished: count('finished'), failed: count('failed') },
  };
}

/** A variant's finished runs by seed; a RangeError where one seed finished twice, which would count it twice. */
function finished(variant: VariantResult): RunResult[] {
  const runs = variant.runs.filter((r) => r.status === 'finished').sort((a, b) => a.seed - b.seed);
  const twice = runs.find((r, i) => i > 0 && runs[i - 1].seed === r.seed);
  if (twice) throw new RangeError(`variant "${variant.name}" has two finished runs of seed ${twice.seed}`);
  return runs;
}

function valuesOf(variant: VariantResult, metric: MetricInfo): { seed: number; value: number }[] {
  return finished(variant).flatMap(({ seed, metrics }) => (metrics[metric.name] === undefined ? [] : [{ seed, value: metrics[metric.name] }]));
}

function cellOf(variant: VariantResult, metric: MetricInfo, baseline: VariantResult | undefined): Omit<Cell, 'best'> {
  const values = valuesOf(variant, metric);
  const numbers = values.map((v) => v.value);
  const undefinedSeeds = values.filter((v) => !Number.isFinite(v.value)).map((v) => v.seed);
  const paper = variant.paper?.[metric.name];
  const difference = baseline && baseline !== variant ? differenceFrom(values, valuesOf(baseline, metric)) : undefined;
  return {
    variant: variant.name,
    metric,
    values,
    n: values.length,
    undefinedSeeds,
    ...(numbers.length > 0 && { mean: undefinedSeeds.length > 0 ? NaN : mean(numbers) }),
    ...(numbers.length > 1 && undefinedSeeds.length === 0 && { deviation: standardDeviation(numbers), interval: meanInterval(numbers) }),
    ...(paper !== undefined && { paper }),
    ...(difference && { difference }),
  };
}

function differenceFrom(values: readonly { seed: number; value: number }[], baseline: readonly { seed: number; value: number }[]): Difference | undefined {
  const at = new Map(baseline.map((b) => [b.seed, b.value]));
  const pairs = values.flatMap(({ seed, value }) => (at.has(seed) ? [value - (at.get(seed) ?? NaN)] : []));
  if (pairs.length === 0 || pairs.some((d) => !Number.isFinite(d))) return undefined;
  const effect = pairs.length > 2 ? hedgesGz(pairs) : NaN;
  return {
    n: pairs.length,
    mean: mean(pairs),
    ...(pairs.length > 1 && { interval: meanInterval(pairs) }),
    ...(Number.isFinite(effect) && { effect }),
  };
}

function isBest(cell: Omit<Cell, 'best'>, column: readonly Omit<Cell, 'best'>[]): boolean {
  const means = column.map((c) => c.mean ?? NaN).filter((m) => Number.isFinite(m));
  if (means.length < 2 || cell.mean === undefined || !Number.isFinite(cell.mean)) return false;
  const extreme = cell.metric.better === 'higher' ? Math.max(...means) : Math.min(...means);
  return cell.mean === extreme && means.some((m) => m !== extreme);
}
