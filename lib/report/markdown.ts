import type { ResultTable } from './layout.ts';
import { metricLabel, PLUMBING, resultTables } from './layout.ts';
import { signedCount } from './number.ts';
import type { Summary } from './summary.ts';
import { bestText, cellText, CONTROLS_NOTE, controlText, claimEvidence, crossCellText, differenceText, legend, runsText, statusText, stoppedLines } from './words.ts';

/** A study as GitHub-flavoured Markdown: tables, differences from the baseline, claims, what changed, failures, environment. */
export function renderMarkdown(summary: Summary): string {
  const { result } = summary;
  const head = [
    `# ${escape(result.name)}`,
    ...(result.plumbing ? [`**${PLUMBING}**`] : []),
    ...(result.question === undefined ? [] : [escape(result.question)]),
    `${runsText(summary)}${result.profile === undefined ? '' : `; profile ${escape(result.profile)}`}.`,
  ];
  const sections = [
    ...resultTables(summary).flatMap((t) => [`**${escape(t.caption)}**`, resultTable(t)]),
    list(legend(summary)),
    ...best(summary),
    ...stopped(summary),
    ...controls(summary),
    ...differences(summary),
    ...claims(summary),
    ...changes(summary),
    ...failures(summary),
    ...grids(summary),
    ...environment(summary),
  ];
  return `${[...head, ...sections].join('\n\n')}\n`;
}

/** Text that Markdown prints as it stands, on one line. */
export function escape(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').replace(/[\\`*_{}[\]<>#|~&]/g, (c) => (c === '&' || c === '<' || c === '>' ? `&#${c.charCodeAt(0)};` : `\\${c}`));
}

function table(header: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i < left ? ':--' : '--:'))), ...rows.map(line)].join('\n');
}

const list = (items: readonly string[]): string => items.map((i) => `- ${escape(i)}`).join('\n');

function resultTable(t: ResultTable): string {
  const seeds = t.rows.some((r) => r.seeds !== undefined);
  const header = [escape(t.corner), ...(seeds ? ['n'] : []), ...t.columns.flatMap((c) => [escape(c.label), ...(c.paper ? ['paper'] : [])])];
  const rows = t.rows.map((row) => [
    row.baseline ? `${escape(row.label)} (baseline)` : escape(row.label),
    ...(seeds ? [row.seeds ?? ''] : []),
    ...row.cells.flatMap((cell, i) => {
      const { decimals, paper } = t.columns[i];
      const text = seeds ? cellText(cell, decimals) : crossCellText(cell, decimals);
      return [cell?.best ? `**${escape(text)}**` : escape(text), ...(paper ? [cell?.paper === undefined ? '–' : String(cell.paper)] : [])];
    }),
  ]);
  return table(header, rows);
}

function differences({ rows, result }: Summary): string[] {
  const others = rows.filter((r) => r.cells.some((c) => c.difference));
  if (others.length === 0) return [];
  const [first] = resultTables({ rows, result: { ...result, layout: undefined }, runs: { total: 0, finished: 0, failed: 0 } });
  const body = others.map((r) => [escape(r.variant.name), ...r.cells.map((c, i) => escape(differenceText(c, first.columns[i].decimals)) || '–')]);
  return [
    '## Difference from the baseline',
    "Paired by seed, with the 95 % t interval, Hedges' g\\_z and the number of pairs; not corrected for their number.",
    table(['variant', ...first.columns.map((c) => escape(c.label))], body),
  ];
}

function best({ result }: Summary): string[] {
  const text = bestText(result);
  return text === undefined ? [] : [`**Best point:** ${escape(text)}.`];
}

function stopped({ result }: Summary): string[] {
  const lines = stoppedLines(result);
  return lines.length === 0 ? [] : ['## Stopped early', list(lines)];
}

function controls({ result }: Summary): string[] {
  if (!result.controls?.length) return [];
  const rows = result.controls.map((c) => [escape(c.name), ...result.metrics.map((m) => controlText(c, m.name)), escape(c.doc)]);
  return ['## Controls', CONTROLS_NOTE, table(['control', ...result.metrics.map((m) => escape(metricLabel(m))), 'what it is'], rows)];
}

function claims({ result }: Summary): string[] {
  if (result.claims.length === 0) return [];
  const rows = result.claims.map((c) => [`**${c.verdict}**`, escape(c.expect), escape(claimEvidence(c).join('; '))]);
  return [`## Claims${result.plumbing ? ` (${PLUMBING})` : ''}`, table(['verdict', 'claim', 'evidence'], rows, 3)];
}

function changes({ result }: Summary): string[] {
  const changed = result.variants.filter((v) => v.changes);
  if (changed.length === 0) return [];
  const rows = changed.map(({ name, changes: c }) => [
    escape(name), String(c?.nodes ?? 0), signedCount(c?.parameters ?? 0), signedCount(c?.macs ?? 0), (c?.patches ?? []).map(escape).join('<br>'),
  ]);
  return ['## What each variant changes', table(['variant', 'nodes', 'parameters', 'MACs', 'patches'], rows)];
}

function failures({ result }: Summary): string[] {
  const failed = result.variants.flatMap((v) => v.runs.filter((r) => r.status !== 'finished' && r.status !== 'stopped').map((r) => ({ ...r, variant: v.name })));
  if (failed.length === 0) return [];
  return ['## Runs that did not finish', list(failed.map((r) => `${r.variant}, seed ${r.seed}: ${statusText(r)}${r.failure === undefined ? '' : ` (${r.failure})`}`))];
}

function grids({ result }: Summary): string[] {
  const linked = result.grids.map((g) => `![${escape(g.alt)}](<${g.path.split('/').map(encodeURIComponent).join('/')}>)`);
  return linked.length === 0 ? [] : ['## Pictures', ...linked];
}

function environment({ result }: Summary): string[] {
  const facts = Object.entries(result.environment).map(([name, value]) => `${name}: ${value}`);
  const fence = '`'.repeat(Math.max(3, ...result.commands.map((c) => Math.max(0, ...(c.match(/`+/g) ?? []).map((m) => m.length)) + 1)));
  const commands = result.commands.length === 0 ? [] : ['## Commands', [`${fence}sh`, ...result.commands.map((c) => c.replace(/[\r\n]+/g, ' ')), fence].join('\n')];
  return [...(facts.length === 0 ? [] : ['## Environment', list(facts)]), ...commands];
}
