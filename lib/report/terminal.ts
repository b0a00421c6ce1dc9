import pc from 'picocolors';
import type { ClaimResult } from '../study/claims/claim.ts';
import { PLUMBING, resultTables } from './layout.ts';
import type { ResultTable } from './layout.ts';
import type { Summary } from './summary.ts';
import { bestText, cellText, claimEvidence, crossCellText, runsText, stoppedLines } from './words.ts';

/** `width` is the terminal's number of columns; wider tables are split into blocks. */
export interface TerminalOptions {
  readonly width?: number;
  readonly color?: boolean;
}

/** The results and verdicts as aligned text: n, mean ± half of the 95 % interval, and the paper's number beside it. */
export function renderTerminal(summary: Summary, { width = 80, color = false }: TerminalOptions = {}): string {
  const paint = pc.createColors(color);
  const { result } = summary;
  const tables = resultTables(summary).map((t) => `${paint.bold(clean(t.caption))}\n${blocks(t, width, paint)}`);
  const best = bestText(result);
  const stopped = stoppedLines(result).map(clean);
  const claims = result.claims.map((c) => claimText(c, width, paint));
  const failed = result.variants.flatMap((v) => v.runs.filter((r) => r.status === 'failed').map((r) => paint.red(clean(`failed: ${v.name}, seed ${r.seed}${r.failure === undefined ? '' : `: ${r.failure}`}`))));
  const parts = [
    ...(result.plumbing ? [paint.yellow(PLUMBING)] : []),
    ...tables,
    ...(best === undefined ? [] : [`${paint.bold('best point')}  ${clean(best)}`]),
    ...(stopped.length > 0 ? [stopped.join('\n')] : []),
    ...(failed.length > 0 ? [failed.join('\n')] : []),
    ...(claims.length > 0 ? [claims.join('\n')] : []),
    paint.dim(runsText(summary)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function claimText(claim: ClaimResult, width: number, paint: Paint): string {
  const style = { pass: paint.green, fail: paint.red, undecided: paint.yellow }[claim.verdict];
  const evidence = claimEvidence(claim).flatMap((e) => wrap(clean(e), Math.max(30, width - 11)));
  return [`${style(claim.verdict.padEnd(9))}  ${clean(claim.expect)}`, ...evidence.map((e) => `           ${paint.dim(e)}`)].join('\n');
}

/** Text without control characters, which could move a terminal's cursor. */
export function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ');
}

type Paint = ReturnType<typeof pc.createColors>;
type Styled = readonly [text: string, style: (text: string) => string];
/** Columns that stay together: a metric and what the paper prints for it. */
type Group = readonly (readonly Styled[])[];

/** A table's columns in blocks of at most `width` characters, each beginning with the names. */
function blocks(t: ResultTable, width: number, paint: Paint): string {
  const { names, groups } = columnsOf(t, paint);
  const widthOf = (column: readonly Styled[]): number => Math.max(...column.map(([text]) => lengthOf(text)));
  const total = (columns: Group): number => columns.reduce((sum, column) => sum + 2 + widthOf(column), -2);
  const drawn: string[] = [];
  for (let at = 0; at < groups.length; ) {
    let taken = [...names, ...groups[at++]];
    while (at < groups.length && total([...taken, ...groups[at]]) <= width) taken = [...taken, ...groups[at++]];
    drawn.push(draw(taken, taken.map(widthOf), paint).join('\n'));
  }
  return drawn.join('\n\n');
}

function draw(columns: readonly (readonly Styled[])[], widths: readonly number[], paint: Paint): string[] {
  const rows = columns[0].map((_, r) => columns.map((column, i) => {
    const [text, style] = column[r];
    const room = ' '.repeat(widths[i] - lengthOf(text));
    return i === 0 ? style(text) + room : room + style(text);
  }).join('  ').trimEnd());
  const rule = paint.dim('─'.repeat(widths.reduce((sum, w) => sum + w, 2 * (widths.length - 1))));
  return [rows[0], rule, ...rows.slice(1)];
}

/** The columns of a table, header first, each cell with its style. */
function columnsOf(t: ResultTable, paint: Paint): { names: Group; groups: Group[] } {
  const plain = (text: string): string => text;
  const seeds = t.rows.some((r) => r.seeds !== undefined);
  const labels: Styled[] = [[clean(t.corner), paint.bold], ...t.rows.map((r): Styled => [clean(r.label) + (r.baseline ? ' *' : ''), plain])];
  const counts: Styled[] = [['n', paint.bold], ...t.rows.map((r): Styled => [r.seeds ?? '', r.seeds?.includes('of') ? paint.red : plain])];
  const groups = t.columns.map(({ label, decimals, paper }, i) => {
    const text = seeds ? cellText : crossCellText;
    const column: Styled[] = [[clean(label), paint.bold], ...t.rows.map(({ cells }): Styled => [text(cells[i], decimals), cells[i]?.best ? paint.bold : plain])];
    const printed: Styled[] = [['paper', paint.dim], ...t.rows.map(({ cells }): Styled => [String(cells[i]?.paper ?? '–'), paint.dim])];
    return paper ? [column, printed] : [column];
  });
  return { names: seeds ? [labels, counts] : [labels], groups };
}

/** The text in lines of at most `width` characters, broken at spaces. */
function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && lengthOf(last) + 1 + lengthOf(word) > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

const lengthOf = (text: string): number => [...text].length;
