import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openBatches } from '../../lib/datasets/batches.ts';
import { withTokens } from '../../lib/datasets/tokens.ts';
import { openEvaluationSet } from '../../lib/evaluate/evaluation-set.ts';
import { openDataset } from '../../lib/datasets/open.ts';
import { loadClipTokenizer } from '../../lib/faces/captions/clip-bpe.ts';
import type { Dataset, Sample } from '../../lib/registry/dataset.ts';

const { cases } = JSON.parse(readFileSync(new URL('../faces/fixtures/clip-bpe.json', import.meta.url), 'utf8')) as { cases: { text: string; tokens: number[] }[] };
const reference = { name: 'rendered-faces', attrs: {}, options: { size: 16, seed: 3 } };
const policy = { sameIdentity: 0, by: 'identity' } as const;

/** A data set whose i-th pair has the i-th text of open_clip's fixtures as the target's caption. */
const captions: Dataset = {
  hash: 'h', description: 'captions', fields: { caption: { doc: 'Text.', shape: [], dtype: 'text' } }, length: () => undefined,
  pair: async (i) => ({ source: sample('photo', 'a photo of a cat'), target: sample(`t${i}`, cases[i].text), sameIdentity: false, sameImage: false }),
};
const sample = (id: string, caption: string): Sample => ({ id, identity: id, fields: { caption } });

test('a caption becomes the token ids that open_clip gives, padded with zeros or cut with the end kept', async () => {
  const set = await withTokens(captions, ['target.caption#clip-bpe#77', 'source.caption#clip-bpe#5']);
  assert.deepEqual(set.fields['caption#clip-bpe#77'].shape, [77]);
  for (const [i, { tokens }] of cases.entries()) {
    const { source, target } = await set.pair(i, 'train', policy);
    const ids = target.fields['caption#clip-bpe#77'] as Int32Array;
    assert.deepEqual([...ids], tokens.length > 77 ? [...tokens.slice(0, 76), 49407] : [...tokens, ...Array.from({ length: 77 - tokens.length }, () => 0)]);
    assert.deepEqual([...(source.fields['caption#clip-bpe#5'] as Int32Array)], [49406, 320, 1125, 539, 49407]);
  }
  assert.equal(await withTokens(captions, ['target.caption']), captions);
});

test('batches, from this thread and from another, hold the ids of their captions', async () => {
  const tokenizer = await loadClipTokenizer();
  const dataset = await openDataset(reference);
  const request = { fields: ['target.caption#clip-bpe#77', 'target.image'], batch: 2, split: 'train', policy } as const;
  for (const threads of [0, 1]) {
    const batches = await openBatches({ dataset: reference, request, threads });
    const { 'target.caption#clip-bpe#77': ids } = await batches.batch(1);
    await batches.close();
    assert.deepEqual([ids.shape, ids.dtype], [[2, 77], 'int32']);
    for (const row of [0, 1]) {
      const { target } = await dataset.pair(2 + row, 'train', policy);
      assert.deepEqual(ids.data.slice(row * 77, row * 77 + 77), tokenizer.pad(target.fields.caption as string));
    }
  }
});

test('an evaluation with tokens still knows the perfect swap', async () => {
  const set = await openEvaluationSet(await openDataset(reference), { pairs: 1, fields: ['source.caption#clip-bpe#77', 'target.image'] });
  assert.equal(set.batch(0, 1)['source.caption#clip-bpe#77'].data[0], 49406);
  const plain = await openEvaluationSet(await openDataset(reference), { pairs: 1, fields: ['target.image'] });
  assert.deepEqual((await set.oracle?.(set.pairs[0]))?.fields.image, (await plain.oracle?.(plain.pairs[0]))?.fields.image);
});
