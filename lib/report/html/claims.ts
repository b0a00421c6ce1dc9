import { minimalDetectableEffect } from '../../study/statistics/power.ts';
import { fixed } from '../number.ts';
import type { Summary } from '../summary.ts';
import { claimEvidence } from '../words.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

const MARKS = { pass: '✓', fail: '✗', undecided: '?' } as const;

/** The claims with their verdicts, and what led to each. */
export function claimSection(summary: Summary): Markup | undefined {
  const { claims, plumbing } = summary.result;
  if (claims.length === 0) return undefined;
  const rows = claims.map((c) => html`
<tr><td><span class="verdict ${c.verdict}"><span aria-hidden="true">${MARKS[c.verdict]}</span> ${c.verdict}</span></td><th scope="row"><code>${c.expect}</code></th><td class="prose">${claimEvidence(c).map((e) => html`<div>${e}</div>`)}</td></tr>`);
  return html`<section id="claims"><h2>Claims${plumbing && html` <small class="plumbing">plumbing, not evidence</small>`}</h2>
<p>A claim passes where its one-sided <i>p</i> is below the level it set, fails where the opposite direction’s is, and stays undecided otherwise.${power(summary)}</p>
<div class="scroll" role="region" aria-label="Claims" tabindex="0"><table class="claims"><thead><tr><th scope="col">verdict</th><th scope="col">claim</th><th scope="col">evidence</th></tr></thead><tbody>${rows}
</tbody></table></div></section>`;
}

/** What effect the study's number of seeds can find at all. */
function power({ result }: Summary): string | undefined {
  const tested = result.claims.filter((c) => c.p !== undefined).flatMap((c) => c.comparisons.map((x) => ({ n: x.seeds.length, level: c.p ?? 0.05 }))).filter(({ n, level }) => n >= 2 && level < 0.5);
  if (tested.length === 0) return undefined;
  const { n, level } = tested.reduce((a, b) => (b.n < a.n ? b : a));
  return ` With ${n} paired seeds, a t test at ${level} finds a true difference of ${fixed(minimalDetectableEffect(n, { level }), 2)} standard deviations four times in five.`;
}
