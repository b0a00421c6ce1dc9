import { PLUMBING } from './layout.ts';
import type { StudyResult } from '../study/result.ts';
import type { Cell, Summary } from './summary.ts';

const SUMMARY_COLUMNS = [
  'study', 'evidence', 'variant', 'baseline', 'metric', 'unit', 'better', 'n', 'undefined', 'mean', 'deviation', 'low', 'high', 'paper',
  'pairs', 'difference', 'difference-low', 'difference-high', 'hedges-gz', 'best-point',
] as const;
const RUN_COLUMNS = ['study', 'evidence', 'variant', 'seed', 'status', 'metric', 'value', 'run', 'config-hash', 'data-hash', 'code-hash', 'failure'] as const;

/** One line per variant and metric (RFC 4180), numbers in full precision; `low` and `high` are the 95 % t interval over seeds. */
export function renderCsv(summary: Summary): string {
  const { result, rows } = summary;
  const lines = rows.flatMap(({ variant, cells }) => cells.map((c) => [result.name, evidence(summary), variant.name, variant.baseline ? 'yes' : 'no', ...cellFields(c), bestField(result, variant.name)]));
  return document([SUMMARY_COLUMNS, ...lines]);
}

/** One line per run and metric, those included that failed or were stopped (with an empty value), for analyses of one's own. */
export function renderRunsCsv(summary: Summary): string {
  const { result } = summary;
  const lines = result.variants.flatMap((v) => v.runs.flatMap((r) => result.metrics.map((m) => [
    result.name, evidence(summary), v.name, r.seed, r.status, m.name, r.status === 'finished' ? r.metrics[m.name] : undefined, r.runId, r.configHash, r.dataHash, r.codeHash, r.failure,
  ])));
  return document([RUN_COLUMNS, ...lines]);
}

/** Whether the variant is the sweep's best point; empty where the study looks for none. */
const bestField = ({ best }: StudyResult, variant: string): Field => best && (best.variant === variant ? 'yes' : 'no');

type Field = string | number | undefined;

const evidence = ({ result }: Summary): string => (result.plumbing ? PLUMBING : 'yes');

function cellFields({ metric, n, undefinedSeeds, mean, deviation, interval, paper, difference }: Cell): Field[] {
  return [
    metric.name, metric.unit, metric.better, n, undefinedSeeds.length, mean, deviation, interval?.low, interval?.high, paper,
    difference?.n, difference?.mean, difference?.interval?.low, difference?.interval?.high, difference?.effect,
  ];
}

const document = (lines: readonly (readonly Field[])[]): string => lines.map((l) => `${l.map(field).join(',')}\r\n`).join('');

function field(value: Field): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  // A spreadsheet runs text that begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
