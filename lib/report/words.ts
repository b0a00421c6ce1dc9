import type { ClaimResult } from '../study/claims/claim.ts';
import type { Control, RunResult, StudyResult } from '../study/result.ts';
import { fixed, pValue, signed } from './number.ts';
import type { Cell, Summary } from './summary.ts';

/** `1.31 ± 0.10`; `NaN (1 of 5 seeds)` where a value is none; a dash where nothing was measured. */
export function cellText(cell: Cell | undefined, decimals: number): string {
  if (!cell) return '';
  if (cell.mean === undefined) return '–';
  if (cell.undefinedSeeds.length > 0) return `NaN (${cell.undefinedSeeds.length} of ${cell.n} seeds)`;
  if (!cell.interval) return fixed(cell.mean, decimals);
  return `${fixed(cell.mean, decimals)} ± ${fixed((cell.interval.high - cell.interval.low) / 2, decimals)}`;
}

/** A cell of a factorial table, which has no columns for the paper and for n: both stand in it. */
export function crossCellText(cell: Cell | undefined, decimals: number): string {
  if (!cell) return '';
  return `${cellText(cell, decimals)} (n ${cell.n})${cell.paper === undefined ? '' : ` [paper ${cell.paper}]`}`;
}

/** `+2.52 [+2.31, +2.73], g 11.20, n 5`: the paired difference from the baseline; empty where there is none. */
export function differenceText({ difference }: Cell, decimals: number): string {
  if (!difference) return '';
  const { mean, interval, effect, n } = difference;
  const range = interval ? ` [${signed(interval.low, decimals)}, ${signed(interval.high, decimals)}]` : '';
  return `${signed(mean, decimals)}${range}${effect === undefined ? '' : `, g ${fixed(effect, 2)}`}, n ${n}`;
}

/** The figures behind a verdict: difference, interval, p, test and number of seeds of each comparison, then the notes. */
export function claimEvidence(claim: ClaimResult): string[] {
  const parts = claim.comparisons.map((c) => {
    const which = claim.comparisons.length > 1 ? `${c.text}: ` : '';
    if (c.mean === undefined) return `${which}${c.method}`;
    const reach = c.interval ? (c.interval.high - c.interval.low) / 2 : Math.abs(c.mean);
    const decimals = reach > 0 ? Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(reach)))) : 3;
    const range = c.interval ? ` [${signed(c.interval.low, decimals)}, ${signed(c.interval.high, decimals)}]` : '';
    const p = c.support === undefined || claim.p === undefined ? '' : `, p ${pValue(c.support)}`;
    return `${which}left − right ${signed(c.mean, decimals)}${range}${p}, n ${c.seeds.length}, ${c.method}`;
  });
  const tested = claim.p !== undefined && claim.support !== undefined;
  const level = tested ? [`${claim.correct ? 'corrected ' : ''}p ${pValue(claim.support ?? NaN)} against a level of ${claim.p}`] : [];
  return [...parts, ...level, ...claim.notes];
}

/** A sweep's best point: `p-04 (tap 2, clip off): csim 0.4512, the highest mean over finished seeds`; undefined where there is none. */
export function bestText({ best, metrics }: StudyResult): string | undefined {
  if (!best) return undefined;
  const levels = Object.entries(best.factors ?? {}).map(([axis, level]) => `${axis} ${level}`);
  const direction = metrics.find((m) => m.name === best.metric)?.better === 'lower' ? 'lowest' : 'highest';
  return `${best.variant}${levels.length > 0 ? ` (${levels.join(', ')})` : ''}: ${best.metric} ${fixed(best.value, 4)}, the ${direction} mean over finished seeds`;
}

/** The points that a sweep stopped early: `p-02: stopped at step 100, csim 0.4100 there`. */
export function stoppedLines({ stopped = [] }: StudyResult): string[] {
  return stopped.map(({ variant, step, metric, value }) => `${variant}: stopped at step ${step}, ${metric} ${fixed(value, 4)} there`);
}

/** A run's status: `stopped at step 100` where it ended or waits at a rung. */
export const statusText = ({ status, rung }: RunResult): string => (rung === undefined ? status : `${status} at step ${rung}`);

/** What the marks of the tables mean, one sentence each. */
export function legend({ rows, result }: Summary): string[] {
  const paper = rows.some((r) => r.variant.paper);
  const undefinedCells = rows.some((r) => r.cells.some((c) => c.undefinedSeeds.length > 0));
  return [
    '± is half of the two-sided 95 % t interval of the mean over seeds; n counts finished seeds.',
    'The best mean of a column is set in bold; bold is no claim of significance.',
    ...(paper ? ['“paper” is what the paper prints for the same variant, on its own data and protocol.'] : []),
    ...(undefinedCells ? ['NaN is a value that could not be computed; a mean over it is none.'] : []),
    ...(result.stopped?.length ? [`Points that were stopped early (${result.stopped.length}) were measured before the end of training, so they have no numbers in the tables.`] : []),
    ...(result.plumbing ? ['These runs are too small to show anything but that the machinery works.'] : []),
  ];
}

/** `3 variants, 15 runs: 14 finished, 1 failed, 0 others`. */
export function runsText({ rows, runs, result }: Summary): string {
  const stopped = result.variants.flatMap((v) => v.runs).filter((r) => r.status === 'stopped').length;
  const others = runs.total - runs.finished - runs.failed - stopped;
  const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  return `${plural(rows.length, 'variant')}, ${plural(runs.total, 'run')}: ${runs.finished} finished${runs.failed > 0 ? `, ${runs.failed} failed` : ''}${stopped > 0 ? `, ${stopped} stopped early` : ''}${others > 0 ? `, ${others} not finished` : ''}`;
}

/** What the rows of controls are. */
export const CONTROLS_NOTE = 'Swaps made without a network, on the pairs that every run swaps: they show what each metric can give.';

/** A control's value of a metric. */
export function controlText({ metrics }: Control, metric: string): string {
  return metrics[metric] === undefined ? '–' : fixed(metrics[metric], 3);
}
