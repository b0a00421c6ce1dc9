import type { StudyResult } from '../../study/result.ts';
import { PLUMBING, resultTables } from '../layout.ts';
import type { Summary } from '../summary.ts';
import { legend, runsText } from '../words.ts';
import { claimSection } from './claims.ts';
import { bestSection, controlSection, stoppedSection } from './controls.ts';
import { curveSection } from './curves.ts';
import { differenceSection } from './differences.ts';
import { html, trusted } from './markup.ts';
import type { Markup } from './markup.ts';
import { pictureSection } from './pictures.ts';
import type { AnchorOf } from './results.ts';
import { resultSection } from './results.ts';
import { changeSection, runSection } from './runs.ts';
import { STYLE } from './style.ts';

/** Even if something slipped through the escaping, the page may load nothing but pictures beside it and run no script. */
const POLICY = "default-src 'none'; img-src 'self' data: file:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A study as one self-contained HTML file: no script, no address outside its own folder, readable without a mouse or a screen. */
export async function renderHtml(summary: Summary): Promise<string> {
  const { result } = summary;
  const anchor = anchorsOf(result);
  const optional: [string, string, Markup | undefined][] = [
    ['best', 'Best point', bestSection(result)],
    ['stopped', 'Stopped early', stoppedSection(result)],
    ['controls', 'Controls', controlSection(result)],
    ['claims', 'Claims', claimSection(summary)],
    ['differences', 'Differences', differenceSection(summary)],
    ['changes', 'Changes', changeSection(result)],
    ['curves', 'Learning curves', await curveSection(result)],
    ['pictures', 'Pictures', pictureSection(result)],
    ['runs', 'Runs', runSection(summary, anchor)],
    ['setting', 'Setting', settingSection(result)],
  ];
  const present = optional.flatMap(([id, title, section]) => (section ? [{ id, title, section }] : []));
  const links = [{ id: 'results', title: 'Results' }, ...present].map(({ id, title }) => html`<a href="#${id}">${title}</a> `);
  return `${html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="generator" content="swapgraph">
<title>${result.name}${result.plumbing && ` (${PLUMBING})`}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${headerOf(summary, links)}
<main>
<section id="results"><h2>Results${result.plumbing && html` <small class="plumbing">${PLUMBING}</small>`}</h2>
${resultTables(summary).map((t, i) => resultSection(t, i + 1, anchor))}
<ul class="notes">${legend(summary).map((l) => html`<li>${l}</li>`)}${result.metrics.map((m) => html`<li><b>${m.name}</b>: ${m.doc}</li>`)}</ul></section>
${present.map(({ section }) => html`${section}
`)}</main>
</body>
</html>`.markup}\n`;
}

function headerOf(summary: Summary, links: readonly Markup[]): Markup {
  const { result, runs } = summary;
  return html`<header>
<p class="kind">${result.kind}${result.profile !== undefined && `, profile ${result.profile}`}</p>
<h1>${result.name}</h1>
${result.question !== undefined && html`<p class="question">${result.question}</p>`}
${result.plumbing && html`<p class="plumbing">${PLUMBING}</p>`}
<p class="facts${runs.failed > 0 && ' failed'}">${runsText(summary)}.</p>
<nav aria-label="Sections">${links}</nav>
</header>`;
}

/** A unique id per variant, whatever its name holds. */
function anchorsOf({ variants }: StudyResult): AnchorOf {
  const ids = new Map(variants.map((v, i) => [v.name, `runs-${i}-${v.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`]));
  return (name) => ids.get(name) ?? 'runs';
}

function settingSection({ environment, commands }: StudyResult): Markup | undefined {
  const facts = Object.entries(environment);
  if (facts.length === 0 && commands.length === 0) return undefined;
  return html`<section id="setting"><h2>Setting</h2>
${facts.length > 0 && html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`}
${commands.length > 0 && html`<pre tabindex="0"><code>${commands.join('\n')}</code></pre>`}</section>`;
}
