import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import type { StudyResult } from '../study/result.ts';
import { renderCsv, renderRunsCsv } from './csv.ts';
import { safeFileName } from './file-name.ts';
import { renderHtml } from './html/page.ts';
import { renderJson } from './json.ts';
import { renderLatex } from './latex.ts';
import { renderMarkdown } from './markdown.ts';
import { summarise } from './summary.ts';
import type { Summary } from './summary.ts';
import { renderTerminal } from './terminal.ts';
import type { TerminalOptions } from './terminal.ts';

/** A format of reports: its file's ending and its renderer. */
interface Format {
  readonly ending: string;
  readonly render: (summary: Summary, options: TerminalOptions) => string | Promise<string>;
}

const FORMATS = {
  html: { ending: 'html', render: (s) => renderHtml(s) },
  md: { ending: 'md', render: (s) => renderMarkdown(s) },
  latex: { ending: 'tex', render: (s) => renderLatex(s) },
  csv: { ending: 'csv', render: (s) => renderCsv(s) },
  'csv-runs': { ending: 'runs.csv', render: (s) => renderRunsCsv(s) },
  json: { ending: 'json', render: (s) => renderJson(s) },
  terminal: { ending: 'txt', render: (s, options) => renderTerminal(s, options) },
} as const satisfies Record<string, Format>;

export type ReportFormat = keyof typeof FORMATS;

/** The names of all formats. */
export const reportFormats: readonly ReportFormat[] = Object.freeze(Object.keys(FORMATS) as ReportFormat[]);

/** The format of that name; a DiagnosticError with the nearest where there is none. */
export function reportFormat(name: string): ReportFormat {
  const found = reportFormats.find((f) => f === name);
  if (found !== undefined) return found;
  const hint = suggestion(name, reportFormats);
  throw new DiagnosticError([{ code: 'report-format', severity: 'error', message: `expected a report format, received "${name}"`, ...(hint !== undefined && { hint }) }]);
}

/** A study's report as text; a DiagnosticError where its runs are not comparable. `options` are the terminal's. */
export async function renderReport(result: StudyResult, format: ReportFormat, options: TerminalOptions = {}): Promise<string> {
  return FORMATS[format].render(summarise(result), options);
}

/** The file name of a study's report in a format, safe on every system. */
export function reportFileName(result: StudyResult, format: ReportFormat): string {
  return `${safeFileName(result.name)}.${FORMATS[format].ending}`;
}
