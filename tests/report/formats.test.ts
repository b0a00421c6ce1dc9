import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { relativeUrl, safeFileName } from '../../lib/report/file-name.ts';
import { escapeLatex } from '../../lib/report/latex.ts';
import { resultTables } from '../../lib/report/layout.ts';
import { count, fixed, pValue, signed, signedCount } from '../../lib/report/number.ts';
import { mixedOrigins } from '../../lib/report/origin.ts';
import { renderReport, reportFormat, reportFormats } from '../../lib/report/render.ts';
import { summarise } from '../../lib/report/summary.ts';
import { wantsColour } from '../../lib/diagnostics/render.ts';
import { renderTerminal } from '../../lib/report/terminal.ts';
import { meanInterval } from '../../lib/study/statistics/interval.ts';
import type { RunResult, StudyResult } from '../../lib/study/result.ts';
import { ablation, factorial, hostile } from './sample.ts';

const changeRun = (study: StudyResult, variant: number, run: number, change: Partial<RunResult>): StudyResult => ({
  ...study,
  variants: study.variants.map((v, i) => (i === variant ? { ...v, runs: v.runs.map((r, j) => (j === run ? { ...r, ...change } : r)) } : v)),
});

describe('runs that may not share a table', () => {
  test('of other data or code', () => {
    for (const change of [{ dataHash: 'other-data' }, { codeHash: 'other-code' }]) {
      const mixed = changeRun(ablation(), 1, 2, change);
      assert.equal(mixedOrigins(mixed).length, 1);
      assert.throws(() => summarise(mixed), (e) => e instanceof DiagnosticError && /expected every finished run to come from the same (data|code), received .*other-(data|code) \(bn-only, seed 2\)/.test(e.message));
    }
  });

  test('of another configuration within a variant, not across variants', () => {
    assert.deepEqual(mixedOrigins(ablation()), []);
    assert.deepEqual(mixedOrigins(changeRun(ablation(), 0, 0, { configHash: 'x' })).map((m) => [m.what, m.variant]), [['config', 'full']]);
  });

  test('failed runs count for nothing here', () => {
    assert.deepEqual(mixedOrigins(changeRun(ablation(), 1, 3, { dataHash: 'x', codeHash: 'y', configHash: 'z' })), []);
  });

  test('no format prints them', async () => {
    for (const format of reportFormats) await assert.rejects(renderReport(changeRun(ablation(), 0, 0, { dataHash: 'x' }), format), DiagnosticError);
  });
});

describe('cells', () => {
  const { rows } = summarise(ablation());

  test('hold mean, interval and paired difference of the finished seeds', () => {
    const cell = rows[1].cells[2];
    assert.equal(cell.n, 4);
    assert.deepEqual(cell.interval, meanInterval(cell.values.map((v) => v.value)));
    assert.equal(cell.difference?.n, 4);
    assert.equal(rows[0].cells[2].difference, undefined);
  });

  test('a NaN is not averaged away, and is never best', () => {
    const cell = rows[2].cells[1];
    assert.deepEqual([cell.mean, cell.undefinedSeeds, cell.interval, cell.best, cell.difference], [NaN, [1], undefined, false, undefined]);
  });

  test('exactly one cell of a column is best, by the direction of its metric', () => {
    for (let i = 0; i < 4; i++) assert.equal(rows.filter((r) => r.cells[i].best).length, 1);
    assert.ok(rows[0].cells[2].best && rows[0].cells[1].best);
  });

  test('a seed that finished twice is a mistake of the caller', () => {
    assert.throws(() => summarise(changeRun(ablation(), 0, 1, { seed: 0 })), /two finished runs of seed 0/);
  });

  test('one seed has a mean and no interval', async () => {
    const one = { ...ablation(), claims: [], variants: ablation().variants.map((v) => ({ ...v, runs: v.runs.slice(0, 1) })) };
    assert.equal(summarise(one).rows[0].cells[0].interval, undefined);
    assert.doesNotMatch(renderTerminal(summarise(one)).split('\n').slice(1).join('\n'), /±/);
  });
});

describe('factorial layout', () => {
  test('is one table per metric, empty where a combination is left out, with variants outside it after', () => {
    const study = factorial();
    const tables = resultTables(summarise({ ...study, variants: [...study.variants, { name: 'extra', baseline: false, runs: [] }] }));
    assert.deepEqual(tables.map((t) => t.columns.map((c) => c.label)), [['both', 'off'], ['both', 'off'], ['csim ↑', 'pose-error (°) ↓']]);
    assert.deepEqual(tables[0].rows.map((r) => r.cells.map((c) => c?.variant)), [['both.both', 'both.off'], ['none.both', undefined]]);
    assert.deepEqual(tables[2].rows.map((r) => r.label), ['extra']);
  });

  test('a third factor makes a table per level', () => {
    const study = factorial();
    const variants = ['hinge', 'log'].flatMap((gan) => study.variants.map((v) => ({ ...v, name: `${v.name}.${gan}`, baseline: false, factors: { ...v.factors, gan } })));
    const captions = resultTables(summarise({ ...study, variants })).map((t) => t.caption);
    assert.equal(captions.length, 4);
    assert.match(captions[1], /csim ↑, gan log/);
  });
});

describe('hostile texts', () => {
  test('terminal: no control character survives', () => {
    assert.doesNotMatch(renderTerminal(summarise(hostile()), { color: false }), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test('Markdown: no raw tag, table rows keep their number of cells', async () => {
    const text = await renderReport(hostile(), 'md');
    assert.doesNotMatch(text.replace(/```sh[\s\S]*?\n```/g, '').replace(/]\(<[^>]*>\)/g, '').replace(/<br>/g, ''), /<[a-z/]/i);
    for (const block of text.split('\n\n').filter((b) => b.startsWith('| '))) {
      assert.equal(new Set(block.split('\n').map((l) => l.replace(/\\./g, '').split('|').length)).size, 1, block);
    }
  });

  test('LaTeX: specials are escaped', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('\\', '{', '}', '$', '%', '#', '&', '_', '^', '~', 'a', '\n', '"') }), (text) => {
      const out = escapeLatex(text).replace(/\\(textbackslash|textasciicircum|textasciitilde)\{\}/g, '').replace(/\\[{}$&#%_]/g, '').replaceAll("{''}", '');
      assert.doesNotMatch(out, /[\\{}$%#&_^~\n]/);
    }));
  });

  test('CSV: formulas are disarmed, every record has the same number of fields', async () => {
    for (const format of ['csv', 'csv-runs'] as const) {
      const text = await renderReport({ ...hostile(), name: '=1+1,"x"\ny' }, format);
      const records = text.replace(/"(?:[^"]|"")*"/g, 'q').trimEnd().split('\r\n');
      assert.equal(new Set(records.map((r) => r.split(',').length)).size, 1);
      assert.match(text, /"'=1\+1,""x""\ny"/);
    }
  });

  test('JSON: parses, with numbers it lacks as text', async () => {
    const parsed = JSON.parse(await renderReport(ablation(), 'json')) as { summary: { cells: { mean: unknown }[] }[] };
    assert.equal(parsed.summary[2].cells[1].mean, 'NaN');
    assert.ok(JSON.parse(await renderReport(hostile(), 'json')));
  });
});

describe('terminal', () => {
  test('fits the width where a name and one column do', () => {
    for (const width of [60, 80, 120]) {
      for (const line of renderTerminal(summarise(ablation()), { width }).split('\n').filter((l) => !/^(pass|fail|undecided)/.test(l))) assert.ok([...line].length <= width, `${width}: ${line}`);
    }
  });

  test('colours only where asked, over the same text', () => {
    const summary = summarise(ablation());
    const coloured = renderTerminal(summary, { color: true });
    assert.match(coloured, /\u001b\[/);
    assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), renderTerminal(summary, { color: false }));
  });

  test('NO_COLOR wins over everything, a pipe is plain', () => {
    assert.equal(wantsColour({ NO_COLOR: '1', FORCE_COLOR: '1' }, true), false);
    assert.equal(wantsColour({ NO_COLOR: '' }, true), true);
    assert.equal(wantsColour({}, false), false);
    assert.equal(wantsColour({ FORCE_COLOR: '1' }, false), true);
    assert.equal(wantsColour({ TERM: 'dumb' }, true), false);
  });
});

describe('names and numbers', () => {
  test('file names are safe whatever the study is called', () => {
    fc.assert(fc.property(fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)) }), (name) => {
      const safe = safeFileName(name);
      assert.match(safe, /^[A-Za-z0-9_+][A-Za-z0-9._+-]*$/);
      assert.ok(safe.length <= 100 && !safe.endsWith('.'));
    }));
    assert.deepEqual(['../../etc/passwd', 'CON', 'a b', 'é', '...', '加'].map(safeFileName), ['etc-passwd', 'study-CON', 'a-b', 'e', 'study', 'study']);
  });

  test('a link never leaves the folder', () => {
    assert.equal(relativeUrl('./runs/full+x/0'), 'runs/full%2Bx/0');
    for (const bad of ['', '/etc', '../x', 'a/../b', 'javascript:x', 'C:\\x', 'a//b', 'http://x']) assert.throws(() => relativeUrl(bad), RangeError, bad);
  });

  test('numbers', () => {
    assert.deepEqual([fixed(-0.004, 2), fixed(-1.5, 1), fixed(NaN, 2), fixed(-Infinity, 1), signed(0.5, 1), signed(0.001, 1)], ['0.00', '−1.5', 'NaN', '−∞', '+0.5', '0.0']);
    assert.deepEqual([pValue(0.0001), pValue(0.0314), pValue(1)], ['< 0.001', '0.031', '> 0.999']);
    assert.deepEqual([count(1234567), signedCount(-28_672), signedCount(0), signedCount(138_600_000), signedCount(42)], ['1\u2009234\u2009567', '−28.67 k', '0', '+138.60 M', '+42']);
  });

  test('an unknown format is told with the nearest', () => {
    assert.equal(reportFormat('html'), 'html');
    assert.throws(() => reportFormat('htlm'), (e) => e instanceof DiagnosticError && e.diagnostics[0].hint === 'did you mean "html"?');
  });
});
