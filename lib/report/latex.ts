import { PLUMBING, resultTables } from './layout.ts';
import type { ResultTable } from './layout.ts';
import { fixed } from './number.ts';
import type { Cell, Summary } from './summary.ts';
import { bestText, legend } from './words.ts';

/** The results as LaTeX `table` environments with booktabs rules (`\usepackage{booktabs}`), for pdfLaTeX and its successors alike. */
export function renderLatex(summary: Summary): string {
  const notes = legend(summary).map((l) => `% ${oneLine(l)}\n`).join('');
  const best = bestText(summary.result);
  const note = best === undefined ? '' : `\n\\noindent Best point: ${escapeLatex(best)}.\n`;
  const warning = summary.result.plumbing ? `% ${PLUMBING}\n` : '';
  const tables = resultTables(summary).map((t, i, all) => latexTable(t, labelOf(summary.result.name, all.length > 1 ? i + 1 : undefined)));
  return `% needs \\usepackage{booktabs}\n${warning}${notes}${tables.join('\n')}${note}`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}', '{': '\\{', '}': '\\}', $: '\\$', '&': '\\&', '#': '\\#', '%': '\\%', _: '\\_', '^': '\\textasciicircum{}', '~': '\\textasciitilde{}',
  '<': '\\textless{}', '>': '\\textgreater{}', '|': '\\textbar{}', '"': "{''}", '↑': '$\\uparrow$', '↓': '$\\downarrow$', '±': '$\\pm$', '−': '$-$', '–': '--',
  '°': '$^\\circ$', '×': '$\\times$', '∞': '$\\infty$',
};

/** Text that LaTeX prints as it stands, on one line. */
export function escapeLatex(text: string): string {
  return oneLine(text).replace(/[\\{}$&#%_^~<>|"↑↓±−–°×∞]/g, (c) => SPECIAL[c]);
}

const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, ' ');

function labelOf(name: string, index: number | undefined): string {
  return `tab:${name.replace(/[^A-Za-z0-9-]+/g, '-')}${index === undefined ? '' : `-${index}`}`;
}

function latexTable(t: ResultTable, label: string): string {
  const seeds = t.rows.some((r) => r.seeds !== undefined);
  const columns = ['l', ...(seeds ? ['r'] : []), ...t.columns.flatMap((c) => (c.paper ? ['r', 'r'] : ['r']))].join('');
  const header = [escapeLatex(t.corner), ...(seeds ? ['$n$'] : []), ...t.columns.flatMap((c) => [escapeLatex(c.label), ...(c.paper ? ['paper'] : [])])];
  const rows = t.rows.map((row) => [
    escapeLatex(row.label),
    ...(seeds ? [escapeLatex(row.seeds ?? '')] : []),
    ...row.cells.flatMap((cell, i) => [cellLatex(cell, t.columns[i].decimals, !seeds), ...(t.columns[i].paper ? [cell?.paper === undefined ? '--' : String(cell.paper)] : [])]),
  ]);
  const line = (cells: readonly string[]): string => `    ${cells.join(' & ')} \\\\\n`;
  return [
    '\\begin{table}\n  \\centering\n',
    `  \\caption{${escapeLatex(t.caption)}}\n  \\label{${label}}\n`,
    `  \\begin{tabular}{${columns}}\n    \\toprule\n`,
    line(header), '    \\midrule\n', ...rows.map(line), '    \\bottomrule\n  \\end{tabular}\n\\end{table}\n',
  ].join('');
}

function cellLatex(cell: Cell | undefined, decimals: number, crossed: boolean): string {
  if (!cell) return '';
  if (cell.mean === undefined) return '--';
  if (cell.undefinedSeeds.length > 0) return `NaN (${cell.undefinedSeeds.length} of ${cell.n})`;
  const number = (value: number): string => fixed(value, decimals).replace('−', '-');
  const centre = cell.best ? `\\mathbf{${number(cell.mean)}}` : number(cell.mean);
  const reach = cell.interval ? ` \\pm ${number((cell.interval.high - cell.interval.low) / 2)}` : '';
  const paper = crossed && cell.paper !== undefined ? ` [${cell.paper}]` : '';
  return `$${centre}${reach}$${paper}`;
}
