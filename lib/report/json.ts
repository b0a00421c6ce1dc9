import { PLUMBING } from './layout.ts';
import type { Summary } from './summary.ts';

/** The whole result and its summary as JSON; a number that JSON lacks is the text "NaN", "Infinity" or "-Infinity". */
export function renderJson(summary: Summary): string {
  const { result, rows, runs } = summary;
  const cells = rows.map((r) => ({
    variant: r.variant.name,
    finished: r.finished,
    total: r.total,
    cells: r.cells.map((c) => ({ ...c, metric: c.metric.name })),
  }));
  const document = { format: 'swapgraph-report-1', ...(result.plumbing && { warning: PLUMBING }), runs, summary: cells, result };
  return `${JSON.stringify(document, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value), 2)}\n`;
}
