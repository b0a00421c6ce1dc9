import type { TopLevelSpec } from 'vega-lite';
import type { Curve, StudyResult } from '../../study/result.ts';
import { html, trusted } from './markup.ts';
import type { Markup } from './markup.ts';

/** Colours of the style sheet that a series may take; further series repeat them, dashed. */
const COLOURS = 8;
const BINS = 120;

/** A step of one variant's curve: the mean over its seeds, and the least and the greatest. */
export interface BandPoint {
  readonly step: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** One panel per term: each variant's mean over seeds as a line, the seeds' spread as a band, as inline SVG; nothing without curves. */
export async function curveSection({ curves, variants, plumbing }: StudyResult): Promise<Markup | undefined> {
  const terms = [...new Set(curves.map((c) => c.term))];
  if (terms.length === 0) return undefined;
  const names = variants.map((v) => v.name).filter((name) => curves.some((c) => c.variant === name));
  const panels: Markup[] = [];
  for (const term of terms) panels.push(await panel(term, curves.filter((c) => c.term === term), names));
  const keys = names.map((name, i) => html`<li><svg width="26" height="10" aria-hidden="true"><line x1="1" x2="25" y1="5" y2="5" stroke="var(--series-${i % COLOURS})" stroke-width="2.5"${i >= COLOURS && html` stroke-dasharray="5 3"`}/></svg> ${name}</li>`);
  const broken = curves.filter((c) => c.points.some(([, v]) => !Number.isFinite(v))).map((c) => `${c.variant}, seed ${c.seed}: ${c.term} became NaN or infinite`);
  return html`<section id="curves"><h2>Learning curves${plumbing && html` <small class="plumbing">plumbing, not evidence</small>`}</h2>
<p>Each line is the mean over seeds, each band reaches from the least seed to the greatest; long runs are averaged over at most ${BINS} stretches of steps.</p>
<ul class="keys">${keys}</ul>
<div class="panels">${panels}</div>${broken.length > 0 && html`<ul class="notes">${broken.map((b) => html`<li>${b}</li>`)}</ul>`}</section>`;
}

async function panel(term: string, curves: readonly Curve[], names: readonly string[]): Promise<Markup> {
  const bands = names.map((name) => bandOf(curves.filter((c) => c.variant === name)));
  const last = names.flatMap((name, i) => (bands[i].length > 0 ? [`${name} ${bands[i][bands[i].length - 1].mean.toPrecision(3)}`] : []));
  const steps = Math.max(0, ...bands.flat().map((p) => p.step));
  const label = last.length > 0 ? `${term} over ${steps} steps; at the end: ${last.join(', ')}` : `${term}: no finite value`;
  const svg = await drawn(bands);
  const picture = svg === '' ? html`<p>no finite value</p>` : html`<div role="img" aria-label="${label}">${trusted(svg)}</div>`;
  return html`<figure><figcaption>${term}</figcaption>${picture}</figure>`;
}

/** The band of one variant's seeds: values binned per seed, then mean, least and greatest over the seeds that have the bin. */
export function bandOf(curves: readonly Curve[]): BandPoint[] {
  const finite = curves.map((c) => c.points.filter(([step, value]) => Number.isFinite(step) && Number.isFinite(value)));
  const last = finite.reduce((most, points) => points.reduce((m, [step]) => Math.max(m, step), most), 0);
  const width = Math.max(1, Math.ceil((last + 1) / BINS));
  const bins = new Map<number, number[]>();
  for (const points of finite) {
    const own = new Map<number, number[]>();
    for (const [step, value] of points) append(own, Math.floor(step / width), value);
    for (const [bin, values] of own) append(bins, bin, average(values));
  }
  return [...bins].sort(([a], [b]) => a - b).map(([bin, values]) => ({
    step: Math.min(last, bin * width + (width - 1) / 2), mean: average(values), low: Math.min(...values), high: Math.max(...values),
  }));
}

function append(bins: Map<number, number[]>, bin: number, value: number): void {
  const values = bins.get(bin);
  if (values) values.push(value);
  else bins.set(bin, [value]);
}

const average = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The bands as SVG; series are drawn by number, so that no name of the user's reaches the drawing. */
async function drawn(bands: readonly (readonly BandPoint[])[]): Promise<string> {
  const values = bands.flatMap((band, i) => band.map((p) => ({ ...p, series: String(i) })));
  if (values.length === 0) return '';
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const view = new View(parse(compile(specOf(values, bands.length)).spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return svg
    .replace(/ (role|aria-[a-z]+|xmlns(:xlink)?|version|pointer-events)="[^"]*"/g, '')
    .replace(/<path class="(background|foreground)"[^>]*\/>/g, '')
    .replace(/(\d\.\d{2})\d+/g, '$1');
}

function specOf(values: readonly (BandPoint & { series: string })[], count: number): TopLevelSpec {
  const series = Array.from({ length: count }, (_, i) => String(i));
  const field = { field: 'series', type: 'nominal' as const, legend: null };
  const color = { ...field, scale: { domain: series, range: series.map((_, i) => `var(--series-${i % COLOURS})`) } };
  const strokeDash = { ...field, scale: { domain: series, range: series.map((_, i) => (i >= COLOURS ? [5, 3] : [1, 0])) } };
  const x = { field: 'step', type: 'quantitative' as const, title: 'step', axis: { grid: false, tickCount: 5 } };
  const y = { type: 'quantitative' as const, title: null, scale: { zero: false, nice: true } };
  const ink = 'currentColor';
  return {
    width: 400,
    height: 220,
    data: { values: [...values] },
    layer: [
      { mark: { type: 'area', opacity: 0.16 }, encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color } },
      { mark: { type: 'line', strokeWidth: 1.7 }, encoding: { x, y: { ...y, field: 'mean', axis: { tickCount: 4 } }, color, strokeDash } },
    ],
    config: {
      background: 'transparent',
      font: 'inherit',
      view: { stroke: null },
      axis: { labelColor: ink, titleColor: ink, domainColor: ink, tickColor: ink, gridColor: 'var(--hair)', labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal' },
      axisY: { domain: false, ticks: false, labelPadding: 6 },
    },
  };
}
