import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembleBatch, batchFields, type Batch } from '../../lib/datasets/batch.ts';
import { openBatches, type BatchesOptions } from '../../lib/datasets/batches.ts';
import { openDataset } from '../../lib/datasets/open.ts';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';

const modules = [new URL('./numbers.ts', import.meta.url).href];
const reference = (attrs: Record<string, unknown> = {}, seed = 3): BatchesOptions['dataset'] => ({ name: 'numbers', attrs, options: { size: 2, seed }, modules });
const request = {
  fields: ['source.image', 'target.code', 'target.count', 'pair.same-identity', 'pair.same-image'], batch: 4, split: 'train', policy: { sameIdentity: 0.3, by: 'identity' },
} as const;

test('a batch holds the fields asked for, stacked in the order of its pairs', async () => {
  const dataset = await openDataset(reference());
  const batch = await assembleBatch(dataset, request, 2);
  assert.deepEqual(Object.keys(batch), [...request.fields]);
  assert.deepEqual(Object.values(batch).map((a) => [a.shape, a.dtype]), [
    [[4, 2, 2, 3], 'float32'], [[4, 4], 'float32'], [[4], 'int32'], [[4], 'float32'], [[4], 'float32'],
  ]);
  for (let i = 0; i < 4; i++) {
    const pair = await dataset.pair(2 * 4 + i, 'train', request.policy);
    assert.deepEqual(batch['target.code'].data.slice(4 * i, 4 * i + 4), pair.target.fields.code);
    assert.deepEqual([...batch['source.image'].data.slice(12 * i, 12 * i + 12)], [...Float32Array.from(pair.source.fields.image as Uint8Array, (v) => v / 255)]);
    assert.equal(batch['pair.same-identity'].data[i], pair.sameIdentity ? 1 : 0);
    assert.equal(batch['target.count'].data[i], Number(pair.target.identity));
  }
});

async function collect(options: Partial<BatchesOptions>, steps: readonly number[]): Promise<Batch[]> {
  const batches = await openBatches({ dataset: reference({ slow: 20 }), request, ...options });
  try {
    const out: Batch[] = [];
    for (const step of steps) out.push(await batches.batch(step));
    return out;
  } finally {
    await batches.close();
  }
}

test('the batches are the same whatever the threads, the read-ahead and the steps before', async () => {
  const steps = [0, 1, 2, 3, 4, 5];
  const plain = await collect({ threads: 0 }, steps);
  assert.notDeepEqual(plain[0], plain[1]);
  assert.deepEqual(await collect({}, steps), plain);
  assert.deepEqual(await collect({ threads: 3, ahead: 1, end: 6 }, steps), plain);
  const shuffled = await collect({ threads: 2, ahead: 5 }, [4, 0, 1, 5, 5]);
  assert.deepEqual(shuffled, [4, 0, 1, 5, 5].map((step) => plain[step]));
});

test('a run may start elsewhere in the data', async () => {
  const dataset = await openDataset(reference());
  assert.deepEqual(await assembleBatch(dataset, { ...request, first: 8 }, 1), await assembleBatch(dataset, request, 3));
});

test('a thread says what the data set is', async () => {
  const batches = await openBatches({ dataset: reference(), request });
  assert.equal(batches.hash, 'numbers-3');
  assert.deepEqual(batches.fields.code, { doc: 'Floats.', shape: [4], dtype: 'float32' });
  await batches.close();
  await assert.rejects(batches.batch(0), /the batches were closed/);
});

test('a batch that fails rejects where it is asked for, and the others go on', async () => {
  for (const threads of [0, 1, 2]) {
    const batches = await openBatches({ dataset: reference({ 'fail-at': 9 }), request, threads });
    await batches.batch(0);
    await batches.batch(1);
    await assert.rejects(batches.batch(2), { name: 'RangeError', message: 'pair 9 is missing' });
    assert.equal((await batches.batch(3))['target.count'].data.length, 4);
    await batches.close();
  }
});

test('a thread that dies fails what waits for it, with its exit code', async () => {
  const batches = await openBatches({ dataset: reference({ 'die-at': 6 }), request, ahead: 0 });
  await batches.batch(0);
  await assert.rejects(batches.batch(1), /ended with code 7/);
  await assert.rejects(batches.batch(2), /ended with code 7/);
  await batches.close();
});

test('what cannot be opened says why, from a thread too', async () => {
  for (const threads of [0, 1]) {
    await assert.rejects(openBatches({ dataset: reference({ 'fail-open': true }), request, threads }), { name: 'TypeError', message: 'the disk is gone' });
    await assert.rejects(openBatches({ dataset: { ...reference(), name: 'nubmers' }, request, threads }), (error: unknown) => {
      assert.ok(error instanceof DiagnosticError);
      assert.match(error.message, /no data set is named "nubmers" \(did you mean "numbers"\?\)/);
      return true;
    });
    await assert.rejects(openBatches({ dataset: reference(), request: { ...request, fields: ['source.imag'] }, threads }), /has no field "imag" \(did you mean "image"\?\)/);
  }
});

test('a field that is no tensor, no flag or no address is refused', async () => {
  const dataset = await openDataset(reference());
  assert.throws(() => batchFields(dataset, ['source.caption']), /"source.caption" is a text and no tensor \(add a field made from it/);
  assert.throws(() => batchFields(dataset, ['pair.same']), /a pair has no flag "same"/);
  assert.throws(() => batchFields(dataset, ['image']), /a data field is source.F, target.F or pair.F, received "image"/);
});
