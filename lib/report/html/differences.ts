import { decimalsOf, fixed, signed } from '../number.ts';
import { metricLabel } from '../layout.ts';
import type { Cell, Difference, Summary } from '../summary.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

const WIDTH = 100;
const HEIGHT = 16;

/** Paired differences of every variant from the baseline: a table per metric, each row with its interval drawn on a common scale. */
export function differenceSection({ rows, result }: Summary): Markup | undefined {
  const compared = result.metrics.map((metric, i) => ({ metric, cells: rows.filter((r) => !r.variant.baseline).map((r) => r.cells[i]), decimals: decimalsOf(rows.map((r) => r.cells[i])) }));
  const shown = compared.filter(({ cells }) => cells.some((c) => c.difference));
  if (shown.length === 0) return undefined;
  const baseline = result.variants.find((v) => v.baseline)?.name ?? '';
  return html`<section id="differences"><h2>Difference from <em>${baseline}</em></h2>
<p>Variant minus baseline, paired by seed, with the 95 % t interval; <i>g</i> is Hedges’ <i>g<sub>z</sub></i>. The filled side of the scale is the better one. These intervals are not corrected for their number: the claims are what was set out to be tested.</p>
<div class="pair">${shown.map(({ metric, cells, decimals }) => differenceTable(metricLabel(metric), metric.better === 'higher', cells, decimals))}</div></section>`;
}

function differenceTable(label: string, higher: boolean, cells: readonly Cell[], decimals: number): Markup {
  const known = cells.flatMap((c) => (c.difference ? [c.difference] : []));
  const reach = Math.max(1e-12, ...known.flatMap((d) => [d.mean, d.interval?.low ?? 0, d.interval?.high ?? 0].map(Math.abs)));
  return html`<div class="scroll" role="region" aria-label="Difference in ${label}" tabindex="0"><table class="differences"><caption>${label}</caption>
<thead><tr><th scope="col" class="name">variant</th><th scope="col">difference</th><th scope="col">95 % interval</th><th scope="col"><i>g</i></th><th scope="col"><i>n</i></th><th scope="col"><span class="hidden">drawn</span></th></tr></thead>
<tbody>${cells.map((c) => differenceRow(c, decimals, reach, higher))}
</tbody></table></div>`;
}

function differenceRow({ variant, difference: d }: Cell, decimals: number, reach: number, higher: boolean): Markup {
  const name = html`<th scope="row" class="name">${variant}</th>`;
  if (!d) return html`
<tr>${name}<td colspan="5" class="none">not computable: no pair, or a value that is no number</td></tr>`;
  const interval = d.interval ? `${signed(d.interval.low, decimals)} to ${signed(d.interval.high, decimals)}` : '–';
  const effect = d.effect === undefined ? '–' : fixed(d.effect, 2);
  return html`
<tr>${name}<td>${signed(d.mean, decimals)}</td><td>${interval}</td><td>${effect}</td><td class="n">${d.n}</td><td class="drawn">${whisker(d, reach, higher)}</td></tr>`;
}

/** The interval as a line, the mean as a dot, zero as a rule; hidden from screen readers, which have the numbers beside it. */
function whisker({ mean, interval }: Difference, reach: number, higher: boolean): Markup {
  const x = (value: number): string => (WIDTH / 2 + (value / reach) * (WIDTH / 2 - 4)).toFixed(1);
  const clear = interval !== undefined && (interval.low > 0 || interval.high < 0);
  const kind = !clear ? 'open' : mean > 0 === higher ? 'good' : 'bad';
  return html`<svg class="whisker ${kind}" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><rect class="side" x="${higher ? WIDTH / 2 : 0}" y="0" width="${WIDTH / 2}" height="${HEIGHT}"/><line class="zero" x1="${WIDTH / 2}" x2="${WIDTH / 2}" y1="0" y2="${HEIGHT}"/>${interval && html`<line class="span" x1="${x(interval.low)}" x2="${x(interval.high)}" y1="8" y2="8"/>`}<circle cx="${x(mean)}" cy="8" r="3"/></svg>`;
}
