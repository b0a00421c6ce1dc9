import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { renderReport, reportFileName, reportFormats } from '../../lib/report/render.ts';
import type { StudyResult } from '../../lib/study/result.ts';
import { ablation, factorial } from './sample.ts';

const folder = new URL('golden/', import.meta.url);
const update = process.env['UPDATE_GOLDEN'] === '1';

/** The sample with one term's curves, so that the committed page stays small. */
const small = (study: StudyResult): StudyResult => ({ ...study, curves: study.curves.filter((c) => c.term === 'id' && c.seed < 2) });

describe('every format of a study equals its committed text (UPDATE_GOLDEN=1 writes it anew)', () => {
  for (const study of [small(ablation()), factorial()]) {
    for (const format of reportFormats) {
      test(`${study.name}, ${format}`, async () => {
        const text = await renderReport(format === 'json' ? { ...study, curves: [] } : study, format, { width: 100 });
        const file = new URL(reportFileName(study, format), folder);
        if (update) {
          mkdirSync(folder, { recursive: true });
          writeFileSync(file, text);
        }
        assert.ok(existsSync(file), `${file.pathname} is missing`);
        assert.equal(text, readFileSync(file, 'utf8'));
      });
    }
  }
});

test('rendering twice gives the same page', async () => {
  const study = small(ablation());
  assert.equal(await renderReport(study, 'html'), await renderReport(study, 'html'));
});
