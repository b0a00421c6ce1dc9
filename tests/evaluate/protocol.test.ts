import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDataset } from '../../lib/datasets/open.ts';
import { controlDocs } from '../../lib/evaluate/control-docs.ts';
import { measureControls } from '../../lib/evaluate/controls.ts';
import { openEvaluationSet, type EvaluationSet } from '../../lib/evaluate/evaluation-set.ts';
import { evaluateSwaps } from '../../lib/evaluate/protocol.ts';
import { defineMetric } from '../../lib/registry/metric.ts';

const open = async (seed: number, pairs: number): Promise<EvaluationSet> => openEvaluationSet(
  await openDataset({ name: 'numbers', attrs: {}, options: { size: 2, seed }, modules: [new URL('../datasets/numbers.ts', import.meta.url).href] }),
  { pairs, fields: ['target.image', 'source.code'] },
);

const first = defineMetric({
  name: 'first', doc: '', source: '', better: 'higher',
  measure: async (swaps) => ({ value: swaps.length, perSwap: swaps.map((s) => s.swap[0]), failures: 0 }),
});

test('the pairs are of two people, always the same, and their hash says so', async () => {
  const set = await open(3, 20);
  assert.ok(set.pairs.every((pair) => pair.source.identity !== pair.target.identity));
  assert.deepEqual((await open(3, 20)).pairs, set.pairs);
  assert.equal((await open(3, 20)).hash, set.hash);
  assert.notEqual((await open(3, 19)).hash, set.hash);
  assert.notEqual((await open(4, 20)).hash, set.hash);
});

test('every pair is swapped once, in order, whatever the batch', async () => {
  const set = await open(3, 7);
  const copies = (batch: Readonly<Record<string, { readonly data: ArrayLike<number> }>>): Float32Array => Float32Array.from(batch['target.image'].data);
  const seen: number[] = [];
  const evaluation = await evaluateSwaps(set, copies, { metrics: [first], batch: 3, onProgress: (done) => seen.push(done) });
  assert.deepEqual(seen, [3, 6, 7]);
  assert.deepEqual(Object.keys(evaluation.metrics), ['first']);
  assert.equal(evaluation.swaps.length, 7);
  evaluation.swaps.forEach(({ target, swap, size }, i) => {
    assert.equal(target, set.pairs[i].target);
    assert.equal(size, 2);
    assert.deepEqual(swap, Float32Array.from(target.fields.image as Uint8Array, (v) => v / 255));
  });
  assert.deepEqual(await evaluateSwaps(set, copies, { metrics: [first] }), evaluation);
});

test('all batches have the rows of the first: the last is filled up, and what it is filled up with is not measured', async () => {
  const set = await open(3, 7);
  const rows: number[][] = [];
  const { swaps } = await evaluateSwaps(set, (batch) => {
    rows.push(Object.values(batch).map((field) => field.shape[0]));
    assert.ok(Object.values(batch).every(({ shape, data }) => data.length === shape.reduce((a, b) => a * b, 1)));
    return Float32Array.from(batch['target.image'].data);
  }, { metrics: [first], batch: 3 });
  assert.deepEqual(rows, [[3, 3], [3, 3], [3, 3]]);
  assert.equal(swaps.length, 7);
  const few: number[] = [];
  await evaluateSwaps(set, (batch) => { few.push(batch['source.code'].shape[0]); return Float32Array.from(batch['target.image'].data); }, { metrics: [], batch: 8 });
  assert.deepEqual(few, [7], 'fewer pairs than a batch are one of their own');
});

test('an aborted evaluation stops between batches, and a wrong number of values is refused', async () => {
  const set = await open(3, 4);
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  await assert.rejects(evaluateSwaps(set, () => new Float32Array(48), { metrics: [], signal: stop.signal }), /enough/);
  await assert.rejects(evaluateSwaps(set, () => new Float32Array(50), { metrics: [] }), /expected 4 pictures of one size, received 50 values/);
  await assert.rejects(evaluateSwaps(set, () => new Float32Array(40), { metrics: [] }), /expected square RGB pictures, received 10 values/);
});

test('only controls that the data allows are measured', async () => {
  const controls = await measureControls(await open(3, 5), [first]);
  assert.deepEqual(Object.keys(controls), ['copy-target']);
  assert.ok(controls['copy-target']?.first.perSwap.every((v) => v >= 0 && v <= 1));
  assert.deepEqual(Object.keys(controlDocs), ['copy-target', 'paste-source', 'oracle']);
});
