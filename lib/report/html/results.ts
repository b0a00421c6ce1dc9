import type { ResultColumn, ResultTable } from '../layout.ts';
import { fixed } from '../number.ts';
import type { Cell } from '../summary.ts';
import { cellText } from '../words.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

/** The id of a variant's list of runs, which its cells link to. */
export type AnchorOf = (variant: string) => string;

/** One table of results; every cell links to the runs it was computed from. */
export function resultSection(table: ResultTable, number: number, anchor: AnchorOf): Markup {
  const seeds = table.rows.some((r) => r.seeds !== undefined);
  const paper = table.columns.some((c) => c.paper);
  const second = paper && html`<tr>${table.columns.map((c) => c.paper && html`<th scope="col" class="sub">here</th><th scope="col" class="sub">paper</th>`)}</tr>`;
  const span = (c: ResultColumn): Markup => (c.paper
    ? html`<th scope="colgroup" colspan="2" title="${c.title}">${c.label}</th>`
    : html`<th scope="col"${paper && html` rowspan="2"`} title="${c.title}">${c.label}</th>`);
  return html`<div class="scroll" role="region" aria-label="${table.caption}" tabindex="0"><table class="results">
<caption><b>Table ${number}.</b> ${table.caption}.</caption>
<thead><tr><th scope="col" class="name"${paper && html` rowspan="2"`}>${table.corner}</th>${seeds && html`<th scope="col"${paper && html` rowspan="2"`}><i>n</i></th>`}${table.columns.map(span)}</tr>${second}</thead>
<tbody>${table.rows.map((row) => html`
<tr${row.baseline && html` class="baseline"`}><th scope="row" class="name">${row.label}${row.baseline && html` <small>baseline</small>`}</th>${seeds && html`<td class="n${row.seeds?.includes('of') && ' short'}">${row.seeds}</td>`}${row.cells.map((cell, i) => cellMarkup(cell, table.columns[i], anchor, !seeds))}</tr>`)}
</tbody></table></div>`;
}

function cellMarkup(cell: Cell | undefined, { decimals, paper }: ResultColumn, anchor: AnchorOf, crossed: boolean): Markup {
  if (!cell) return html`<td class="empty"><span aria-label="not part of the study">·</span></td>`;
  const beside = paper && html`<td class="paper">${cell.paper ?? '–'}</td>`;
  const under = crossed && html`<small>n ${cell.n}${cell.paper !== undefined && `, paper ${cell.paper}`}</small>`;
  return html`<td${cell.best && html` class="best"`}><a href="#${anchor(cell.variant)}" title="${hint(cell, decimals)}">${value(cell, decimals)}</a>${under}</td>${beside}`;
}

function value(cell: Cell, decimals: number): Markup {
  if (cell.mean === undefined || !cell.interval) return html`${cellText(cell, decimals)}`;
  return html`${fixed(cell.mean, decimals)}<span class="reach"> ± ${fixed((cell.interval.high - cell.interval.low) / 2, decimals)}</span>`;
}

/** What a cell rests on, for a pointer that rests on it; the list of runs says the same to everyone. */
function hint({ n, interval, values, metric }: Cell, decimals: number): string {
  const range = interval ? `, 95 % interval ${fixed(interval.low, decimals)} to ${fixed(interval.high, decimals)}` : '';
  return `${metric.name}: n ${n}${range}; ${values.map((v) => `seed ${v.seed}: ${fixed(v.value, decimals)}`).join(', ')}`;
}
