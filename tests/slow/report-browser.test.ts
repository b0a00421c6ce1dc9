import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { renderReport } from '../../lib/report/render.ts';
import type { StudyResult } from '../../lib/study/result.ts';
import { ablation, factorial, hostile } from '../report/sample.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const found = (): string | undefined => NAMES.find((name) => spawnSync(name, ['--version']).status === 0);

/** The browser; where there is none and we are root on Debian, it is installed first. */
function browser(): string | undefined {
  const there = found();
  if (there !== undefined || process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return there;
  spawnSync('apt-get', ['update', '-q']);
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  return found();
}

const command = browser();

describe('the report in a real browser', { skip: command === undefined ? 'no chromium, and none could be installed' : false }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'swapgraph-report-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Opens a page; gives the document after loading, and what went to the console. */
  function open(page: string): { dom: string; messages: string[] } {
    const file = join(folder, 'page.html');
    writeFileSync(file, page);
    const profile = mkdtempSync(join(folder, 'profile-'));
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', `--user-data-dir=${profile}`, '--enable-logging=stderr', '--virtual-time-budget=2000', '--dump-dom'];
    const run = spawnSync(command ?? '', [...flags, pathToFileURL(file).href], { encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 26 });
    assert.equal(run.status, 0, run.stderr);
    return { dom: run.stdout, messages: run.stderr.split('\n').filter((l) => l.includes('CONSOLE')) };
  }

  const withLinkedPicture = (): StudyResult => {
    const study = ablation();
    const bytes = Buffer.from(study.grids[0].data?.split(',')[1] ?? '', 'base64');
    mkdirSync(join(folder, 'grids'), { recursive: true });
    writeFileSync(join(folder, 'grids', 'seed-0.png'), bytes);
    return { ...study, grids: study.grids.map(({ data: _, ...g }) => g) };
  };

  test('an ablation: tables, curves and pictures, nothing on the console', async () => {
    for (const study of [ablation(), withLinkedPicture()]) {
      const { dom, messages } = open(await renderReport(study, 'html'));
      assert.deepEqual(messages, []);
      assert.equal(dom.match(/<table class="results">/g)?.length, 1);
      assert.equal(dom.match(/<table class="runs">/g)?.length, study.variants.length);
      assert.equal(dom.match(/<table class="differences">/g)?.length, study.metrics.length);
      assert.equal(dom.match(/<svg class="marks"/g)?.length, new Set(study.curves.map((c) => c.term)).size);
      assert.match(dom, /<img src="(data:image\/png|grids\/seed-0\.png)/);
    }
  });

  test('a factorial study has a table per metric', async () => {
    const { dom, messages } = open(await renderReport(factorial(), 'html'));
    assert.deepEqual(messages, []);
    assert.equal(dom.match(/<table class="results">/g)?.length, 2);
  });

  test('hostile texts stay texts', async () => {
    const page = (await renderReport(hostile(), 'html')).replace(/<img [^>]*>/, '');
    const { dom, messages } = open(page);
    assert.deepEqual(messages, []);
    assert.doesNotMatch(dom, /<script/);
  });

  test('control: a script that got in would be refused, and this test would see it', async () => {
    const { messages } = open((await renderReport(factorial(), 'html')).replace('</main>', '<script>console.log(1)</script></main>'));
    assert.match(messages.join(), /Content Security Policy/);
  });
});
