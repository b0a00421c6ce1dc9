import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bandOf } from '../../lib/report/html/curves.ts';
import { escapeMarkup, html } from '../../lib/report/html/markup.ts';
import { pictureSource } from '../../lib/report/html/pictures.ts';
import { renderReport } from '../../lib/report/render.ts';
import { ablation, factorial, hostile } from './sample.ts';

const VOID = new Set(['meta', 'img', 'br', 'hr', 'link', 'input']);

/** The elements of a page in order; throws where one is left open or closed in the wrong order. */
function elements(page: string): string[] {
  const body = page.replace(/<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '');
  const open: string[] = [];
  const seen: string[] = [];
  for (const [, close, name, rest] of body.matchAll(/<(\/?)([a-z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<]*")?)*\s*\/?)>/g)) {
    if (close === '/') assert.equal(open.pop(), name);
    else {
      seen.push(name);
      if (!VOID.has(name) && !rest.endsWith('/')) open.push(name);
    }
  }
  assert.deepEqual(open, []);
  const tags = body.match(/</g)?.length ?? 0;
  const closed = seen.filter((name) => !VOID.has(name)).length - (body.match(/\/>/g)?.length ?? 0);
  assert.equal(tags, seen.length + closed, 'a "<" that begins no element');
  return seen;
}

describe('the page', () => {
  for (const [name, study] of [['ablation', ablation()], ['factorial', factorial()], ['hostile', hostile()]] as const) {
    test(`${name}: well-formed, no script, no address outside its folder`, async () => {
      const page = await renderReport(study, 'html');
      const names = new Set(elements(page));
      for (const banned of ['script', 'iframe', 'object', 'link', 'form', 'base']) assert.ok(!names.has(banned), banned);
      assert.doesNotMatch(page, /https?:|\/\/[a-z]|url\(|@import/i);
      for (const [tag] of page.matchAll(/<[a-z][^>]*>/g)) assert.doesNotMatch(tag.replace(/"[^"]*"/g, '""'), /\son[a-z]+=/i);
      for (const [, url] of page.matchAll(/(?:href|src)="([^"]*)"/g)) assert.match(url, /^(#[a-z0-9-]+|data:image\/png;base64,[A-Za-z0-9+/=]+|[A-Za-z0-9%._/-]+)$/);
    });

    test(`${name}: every link within the page arrives, ids are unique`, async () => {
      const page = await renderReport(study, 'html');
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((m) => m[1]);
      assert.equal(new Set(ids).size, ids.length);
      const targets = [...page.matchAll(/href="#([^"]*)"/g)].map((m) => m[1]);
      assert.ok(targets.length > 4);
      for (const target of targets) assert.ok(ids.includes(target), target);
    });

    test(`${name}: pictures and drawings are described, tables have headers`, async () => {
      const page = await renderReport(study, 'html');
      for (const [img] of page.matchAll(/<img [^>]*>/g)) assert.match(img, / alt="[^"]+"/);
      for (const [, before] of page.matchAll(/(.{60})<svg class="marks"/g)) assert.match(before, /aria-label|"/);
      for (const [table] of page.matchAll(/<table.*?<\/table>/gs)) {
        assert.match(table, /<th scope="col/);
        assert.match(table, /<th scope="row"/);
      }
    });
  }

  test('shows failed runs, their reason and their count', async () => {
    const page = await renderReport(ablation(), 'html');
    assert.match(page, /19 finished, 1 failed/);
    assert.match(page, /term adversarial became NaN at step 812/);
    assert.match(page, /4 of 5/);
    assert.match(page, /NaN \(1 of 5 seeds\)/);
  });

  test('heads every results table of a plumbing study', async () => {
    const page = await renderReport(factorial(), 'html');
    for (const [caption] of page.matchAll(/<caption><b>Table.*?<\/caption>/g)) assert.match(caption, /plumbing, not evidence/);
    assert.match(page, /<title>[^<]*plumbing, not evidence/);
    assert.doesNotMatch(await renderReport(ablation(), 'html'), /<[^>]*>plumbing, not evidence/);
  });
});

test('escaped text holds no syntax and reads back as it was', () => {
  const back = (text: string): string => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  fc.assert(fc.property(fc.string().filter((s) => !/[\u0000-\u001f\u007f-\u009f]/.test(s)), (text) => {
    assert.doesNotMatch(escapeMarkup(text), /[<>"']/);
    assert.equal(back(escapeMarkup(text)), text);
    assert.equal(html`<b title="${text}">${[text, html`<i>`]}${undefined}${false}</b>`.markup, `<b title="${escapeMarkup(text)}">${escapeMarkup(text)}<i></b>`);
  }));
});

describe('curves', () => {
  const curve = (points: [number, number][], seed = 0): Parameters<typeof bandOf>[0][number] => ({ variant: 'v', term: 't', seed, points });

  test('the band is mean, least and greatest over seeds', () => {
    assert.deepEqual(bandOf([curve([[0, 1], [1, 2]]), curve([[0, 3], [1, 6]], 1)]), [{ step: 0, mean: 2, low: 1, high: 3 }, { step: 1, mean: 4, low: 2, high: 6 }]);
  });

  test('values that are no numbers are left out, and the page says where', async () => {
    assert.deepEqual(bandOf([curve([[0, 1], [1, NaN]])]), [{ step: 0, mean: 1, low: 1, high: 1 }]);
    const page = await renderReport({ ...factorial(), curves: [{ variant: 'both.off', seed: 1, term: 'id', points: [[0, NaN]] }] }, 'html');
    assert.match(page, /both.off, seed 1: id became NaN or infinite/);
    assert.match(page, /no finite value/);
  });

  test('a run of 300 000 steps is no trouble', () => {
    assert.equal(bandOf([curve(Array.from({ length: 300_000 }, (_, i) => [i, 1]))]).length, 120);
  });

  test('a long run is binned, inside the range of its values', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 3000 }), (length) => {
      const band = bandOf([curve(Array.from({ length }, (_, i) => [i, Math.sin(i)]))]);
      assert.ok(band.length <= 120 && band.length >= Math.min(length, 60));
      assert.ok(band.every((p) => p.low <= p.mean && p.mean <= p.high && p.low >= -1 && p.high <= 1 && p.step < length));
    }), { numRuns: 30 });
  });
});

test('a picture is a data URI or a path below the report, nothing else', () => {
  const grid = { title: 't', alt: 'a', path: 'grids/a b.png' };
  assert.equal(pictureSource(grid), 'grids/a%20b.png');
  assert.throws(() => pictureSource({ ...grid, data: 'data:image/svg+xml;base64,AAAA' }), /PNG, JPEG or WebP/);
  assert.throws(() => pictureSource({ ...grid, data: 'javascript:alert(1)' }), /PNG, JPEG or WebP/);
});
