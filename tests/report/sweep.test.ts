import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderReport } from '../../lib/report/render.ts';
import type { StudyResult } from '../../lib/study/result.ts';
import { ablation } from './sample.ts';

const study: StudyResult = {
  ...ablation(), kind: 'sweep', claims: [], curves: [],
  best: { variant: 'in-only', metric: 'pose-error', value: 1.65432, factors: { tap: '2', clip: 'off' } },
  controls: [
    { name: 'copy-target', doc: 'The target unchanged.', metrics: { csim: 0.0312, 'pose-error': 0 } },
    { name: 'oracle', doc: 'The perfect answer.', metrics: { csim: 0.9 } },
  ],
};

test('every format says which point of a sweep is best', async () => {
  for (const format of ['html', 'md', 'terminal', 'latex'] as const) {
    assert.match(await renderReport(study, format), /in-only \(tap 2, clip off\): pose-error 1\.6543, the lowest mean over finished seeds/, format);
  }
  const [head, ...lines] = (await renderReport(study, 'csv')).split('\r\n').filter((l) => l !== '').map((l) => l.split(','));
  const [variant, chosen] = ['variant', 'best-point'].map((name) => head.indexOf(name));
  assert.deepEqual([...new Set(lines.filter((l) => l[chosen] === 'yes').map((l) => l[variant]))], ['in-only']);
  assert.ok((await renderReport(study, 'json')).includes('"best"'));
});

test('pages show the controls as rows of reference', async () => {
  assert.match(await renderReport(study, 'md'), /\| copy-target \| – \| 0\.031 \| 0\.000 \| – \| The target unchanged\. \|/);
  const page = await renderReport(study, 'html');
  assert.match(page, /<th scope="row" class="name">oracle<\/th><td>–<\/td><td>0\.900<\/td>/);
  assert.ok(!(await renderReport(ablation(), 'html')).includes('id="controls"'));
});
