import type { RunResult, StudyResult, VariantResult } from '../../study/result.ts';
import { relativeUrl } from '../file-name.ts';
import { decimalsOf, fixed, signedCount } from '../number.ts';
import type { Row, Summary } from '../summary.ts';
import { statusText } from '../words.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import type { AnchorOf } from './results.ts';

/** What every variant changes against the baseline: nodes, parameters, multiply-accumulates and the patches that did it. */
export function changeSection({ variants }: StudyResult): Markup | undefined {
  const changed = variants.filter((v) => v.changes);
  if (changed.length === 0) return undefined;
  return html`<section id="changes"><h2>What each variant changes</h2>
<div class="scroll" role="region" aria-label="What each variant changes" tabindex="0"><table><thead><tr><th scope="col" class="name">variant</th><th scope="col">nodes</th><th scope="col">parameters</th><th scope="col"><abbr title="multiply-accumulates per example">MACs</abbr></th><th scope="col" class="name">patches</th></tr></thead>
<tbody>${changed.map(({ name, changes: c }) => c && html`
<tr><th scope="row" class="name">${name}</th><td>${c.nodes}</td><td>${signedCount(c.parameters)}</td><td>${signedCount(c.macs)}</td><td class="prose">${(c.patches ?? []).map((p) => html`<div><code>${p}</code></div>`)}</td></tr>`)}
</tbody></table></div></section>`;
}

/** The runs behind each row of the results, failed ones included, with their values, folders and hashes. */
export function runSection(summary: Summary, anchor: AnchorOf): Markup {
  const decimals = summary.result.metrics.map((_, i) => decimalsOf(summary.rows.map((r) => r.cells[i])) + 1);
  return html`<section id="runs"><h2>Runs</h2>${summary.rows.map((row) => runTable(row, summary.result, decimals, anchor))}</section>`;
}

function runTable({ variant, cells, finished, total }: Row, { metrics }: StudyResult, decimals: readonly number[], anchor: AnchorOf): Markup {
  const config = variant.runs.find((r) => r.configHash !== undefined)?.configHash;
  const failed = variant.runs.filter((r) => r.status === 'failed').length;
  const interval = html`<tr class="sum"><th scope="row" colspan="2">95 % interval</th>${cells.map((c, i) => html`<td>${c.interval ? `${fixed(c.interval.low, decimals[i])} to ${fixed(c.interval.high, decimals[i])}` : '–'}</td>`)}<td></td><td></td></tr>`;
  return html`<div class="scroll" id="${anchor(variant.name)}" role="region" aria-label="Runs of ${variant.name}" tabindex="0"><table class="runs">
<caption><b>${variant.name}</b>, n ${finished} of ${total}${failed > 0 && html`, <span class="failed">${failed} failed</span>`}${config !== undefined && html`, configuration <code title="${config}">${config.slice(0, 12)}</code>`}</caption>
<thead><tr><th scope="col">seed</th><th scope="col" class="name">status</th>${metrics.map((m) => html`<th scope="col">${m.name}</th>`)}<th scope="col" class="name">run</th><th scope="col" class="name">data, code</th></tr></thead>
<tbody>${byseed(variant).map((run) => html`
<tr${run.status === 'failed' && html` class="failed"`}><th scope="row">${run.seed}</th><td class="name">${statusText(run)}${run.failure !== undefined && html`<small>${run.failure}</small>`}</td>${metrics.map((m, i) => html`<td>${run.status !== 'finished' || run.metrics[m.name] === undefined ? '–' : fixed(run.metrics[m.name], decimals[i])}</td>`)}<td class="name">${runLink(run)}</td><td class="name">${[run.dataHash, run.codeHash].map((h, i) => h !== undefined && html`${i > 0 && ', '}<code title="${h}">${h.slice(0, 8)}</code>`)}</td></tr>`)}
${interval}</tbody></table></div>`;
}

const byseed = (variant: VariantResult): RunResult[] => [...variant.runs].sort((a, b) => a.seed - b.seed);

function runLink({ dir, runId }: RunResult): Markup {
  const text = runId === undefined ? (dir ?? '–') : runId.slice(0, 12);
  return dir === undefined ? html`<code>${text}</code>` : html`<a href="${relativeUrl(dir)}/"><code>${text}</code></a>`;
}
