import type { StudyResult } from '../../study/result.ts';
import { metricLabel } from '../layout.ts';
import { bestText, CONTROLS_NOTE, controlText, stoppedLines } from '../words.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

/** The best point of a sweep. */
export function bestSection(result: StudyResult): Markup | undefined {
  const text = bestText(result);
  return text === undefined ? undefined : html`<section id="best"><h2>Best point</h2>
<p>${text}.</p></section>`;
}

/** The points that a sweep stopped early, and what they measured then. */
export function stoppedSection(result: StudyResult): Markup | undefined {
  const lines = stoppedLines(result);
  return lines.length === 0 ? undefined : html`<section id="stopped"><h2>Stopped early</h2>
<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`;
}

/** What each metric gives without a network, on the same pairs. */
export function controlSection({ controls, metrics }: StudyResult): Markup | undefined {
  if (!controls || controls.length === 0) return undefined;
  return html`<section id="controls"><h2>Controls</h2>
<p>${CONTROLS_NOTE}</p>
<div class="scroll" role="region" aria-label="Controls" tabindex="0"><table class="results"><thead><tr><th scope="col" class="name">control</th>${metrics.map((m) => html`<th scope="col" title="${m.doc}">${metricLabel(m)}</th>`)}<th scope="col" class="name">what it is</th></tr></thead>
<tbody>${controls.map((c) => html`
<tr><th scope="row" class="name">${c.name}</th>${metrics.map((m) => html`<td>${controlText(c, m.name)}</td>`)}<td class="prose">${c.doc}</td></tr>`)}
</tbody></table></div></section>`;
}
