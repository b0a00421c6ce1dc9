import type { MetricInfo } from '../study/result.ts';
import { decimalsOf } from './number.ts';
import type { Cell, Row, Summary } from './summary.ts';

/** A table of results as every format prints it: either variants by metrics, or one metric by two factors. */
export interface ResultTable {
  readonly caption: string;
  /** What the first column lists. */
  readonly corner: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly ResultRow[];
}

/** A column; `paper` says whether numbers of the paper stand beside it. */
export interface ResultColumn {
  readonly label: string;
  readonly title: string;
  readonly paper: boolean;
  readonly decimals: number;
}

/** A row; `seeds` is `4 of 5` where some did not finish; a cell is absent where the study has no such combination. */
export interface ResultRow {
  readonly label: string;
  readonly baseline: boolean;
  readonly seeds?: string;
  readonly cells: readonly (Cell | undefined)[];
}

/** The head of tables whose numbers only show that the machinery works. */
export const PLUMBING = 'plumbing, not evidence';

/** A metric's heading: name, unit, and an arrow towards the better. */
export function metricLabel({ name, unit, better }: MetricInfo): string {
  return `${name}${unit === undefined ? '' : ` (${unit})`} ${better === 'higher' ? '↑' : '↓'}`;
}

/** The tables of a study: by its factorial layout where it has one (variants outside it in a plain table after), else one plain table. */
export function resultTables(summary: Summary): ResultTable[] {
  const { layout, metrics } = summary.result;
  if (!layout) return [plainTable(summary, summary.rows)];
  const inside = summary.rows.filter(({ variant: { factors } }) => factors?.[layout.rows] !== undefined && factors[layout.columns] !== undefined);
  const outside = summary.rows.filter((row) => !inside.includes(row));
  const slices = groupBy(inside, (row) => sliceOf(row, layout));
  const tables = metrics.flatMap((_, i) => [...slices].map(([slice, rows]) => factorTable(summary, rows, i, slice)));
  return outside.length > 0 ? [...tables, plainTable(summary, outside)] : tables;
}

function heading(summary: Summary, rest: string): string {
  return `${summary.result.name}: ${rest}${summary.result.plumbing ? ` (${PLUMBING})` : ''}`;
}

function plainTable(summary: Summary, rows: readonly Row[]): ResultTable {
  const columns = summary.result.metrics.map((metric, i) => {
    const cells = rows.map((r) => r.cells[i]);
    return { label: metricLabel(metric), title: metric.doc, paper: cells.some((c) => c.paper !== undefined), decimals: decimalsOf(cells) };
  });
  return {
    caption: heading(summary, 'mean ± half of the 95 % interval over seeds'),
    corner: 'variant',
    columns,
    rows: rows.map((row) => ({ label: row.variant.name, baseline: row.variant.baseline, seeds: seedsText(row), cells: row.cells })),
  };
}

function seedsText({ finished, total }: Row): string {
  return finished === total ? String(total) : `${finished} of ${total}`;
}

/** The levels of the factors that head neither rows nor columns: `gan hinge, tap off`. */
function sliceOf(row: Row, layout: { rows: string; columns: string }): string {
  const rest = Object.entries(row.variant.factors ?? {}).filter(([factor]) => factor !== layout.rows && factor !== layout.columns);
  return rest.map(([factor, level]) => `${factor} ${level}`).join(', ');
}

function factorTable(summary: Summary, rows: readonly Row[], metricIndex: number, slice: string): ResultTable {
  const { rows: rowFactor, columns: columnFactor } = summary.result.layout ?? { rows: '', columns: '' };
  const metric = summary.result.metrics[metricIndex];
  const level = (row: Row, factor: string): string => row.variant.factors?.[factor] ?? '';
  const columnLevels = [...new Set(rows.map((r) => level(r, columnFactor)))];
  const decimals = decimalsOf(rows.map((r) => r.cells[metricIndex]));
  return {
    caption: heading(summary, `${metricLabel(metric)}${slice === '' ? '' : `, ${slice}`}, mean ± half of the 95 % interval over seeds`),
    corner: `${rowFactor} \\ ${columnFactor}`,
    columns: columnLevels.map((label) => ({ label, title: `${columnFactor} ${label}`, paper: false, decimals })),
    rows: [...groupBy(rows, (r) => level(r, rowFactor))].map(([label, members]) => ({
      label,
      baseline: false,
      cells: columnLevels.map((c) => members.find((m) => level(m, columnFactor) === c)?.cells[metricIndex]),
    })),
  };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
