import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assembleBatch } from '../../lib/datasets/batch.ts';
import { openDataset, type DatasetReference } from '../../lib/datasets/open.ts';
import { renderedFacesDataset } from '../../lib/datasets/rendered-faces.ts';
import type { FieldValue, Pair, Sample } from '../../lib/registry/dataset.ts';

const folder = mkdtempSync(join(tmpdir(), 'rendered-'));
process.env.SWAPGRAPH_CACHE = folder;
after(() => rmSync(folder, { recursive: true }));

const reference = (attrs: Record<string, unknown> = {}, seed = 5, size = 32): DatasetReference => ({ name: 'rendered-faces', attrs, options: { size, seed } });
const policy = { sameIdentity: 0, by: 'identity' } as const;

test('every sample has the fields that are declared, in their shapes', async () => {
  const dataset = await openDataset(reference());
  const { source } = await dataset.pair(0, 'train', policy);
  assert.deepEqual(dataset.fields, renderedFacesDataset.fields({} as never, { size: 32, seed: 5 }));
  assert.deepEqual(Object.keys(source.fields).sort(), Object.keys(dataset.fields).sort());
  for (const [name, { shape, dtype }] of Object.entries(dataset.fields)) {
    const value: FieldValue = source.fields[name];
    if (dtype === 'text') assert.ok(typeof value === 'string' && value.length > 20);
    else {
      assert.equal(value.length, shape.reduce((n, side) => n * side, 1), name);
      assert.ok([...(value as Float32Array)].every(Number.isFinite), name);
    }
  }
  const image = source.fields.image as Float32Array;
  assert.ok(image.every((v) => v >= 0 && v <= 1));
});

test('a pair depends on the seed, the split and its index alone', async () => {
  const [a, b] = [await openDataset(reference()), await openDataset(reference())];
  await b.pair(3, 'train', policy);
  assert.deepEqual(await a.pair(7, 'train', policy), await b.pair(7, 'train', policy));
  assert.notDeepEqual((await a.pair(7, 'test', policy)).source.fields.identity, (await a.pair(7, 'train', policy)).source.fields.identity);
  assert.notDeepEqual((await (await openDataset(reference({}, 6))).pair(7, 'train', policy)).source.fields, (await a.pair(7, 'train', policy)).source.fields);
});

test('options and seeds show in the hash', async () => {
  const hashes = await Promise.all([reference(), reference({ yaw: 30 }), reference({}, 6), reference({}, 5, 48), reference({ identities: 9 })].map(async (r) => (await openDataset(r)).hash));
  assert.equal(new Set(hashes).size, 5);
  assert.equal((await openDataset(reference())).hash, hashes[0]);
});

test('the two splits share no person, and pairs of one person are of one person', async () => {
  const dataset = await openDataset(reference({ identities: 6 }));
  const people = { train: new Set<string>(), test: new Set<string>() };
  for (const split of ['train', 'test'] as const) {
    for (let i = 0; i < 12; i++) {
      const pair = await dataset.pair(i, split, { sameIdentity: 0.5, by: i % 2 === 0 ? 'identity' : 'image' });
      const same = String(pair.source.fields.identity) === String(pair.target.fields.identity);
      assert.equal(same, pair.sameIdentity);
      assert.equal(pair.source.identity === pair.target.identity, pair.sameIdentity);
      assert.equal(pair.sameImage, pair.sameIdentity && i % 2 === 1);
      assert.equal(pair.source.id === pair.target.id, pair.sameImage);
      for (const sample of [pair.source, pair.target]) people[split].add(String(sample.fields.identity));
    }
  }
  assert.ok(people.train.size <= 6);
  assert.ok([...people.test].every((person) => !people.train.has(person)));
});

test('the oracle is the target\'s picture with another face', async () => {
  const dataset = await openDataset(reference({ occluded: 0, defects: 0 }));
  const pair = await dataset.pair(1, 'test', policy);
  const answer = await (dataset.oracle as NonNullable<typeof dataset.oracle>)(pair);
  assert.equal(answer.identity, pair.source.identity);
  assert.deepEqual(answer.fields.expression, pair.target.fields.expression);
  const difference = (a: Sample, b: Sample, inside: boolean): number => {
    const mask = pair.target.fields.mask as Float32Array;
    const [x, y] = [a.fields.image as Float32Array, b.fields.image as Float32Array];
    const at = [...mask.keys()].filter((i) => (mask[i] > 0.5) === inside);
    return at.reduce((sum, i) => sum + Math.abs(x[3 * i] - y[3 * i]), 0) / at.length;
  };
  assert.ok(difference(answer, pair.target, true) > 0.01);
  assert.ok(difference(answer, pair.target, false) < difference(answer, pair.target, true));
  await assert.rejects((dataset.oracle as NonNullable<typeof dataset.oracle>)({ ...pair, source: { ...pair.source } }), /is not of this data set/);
});

test('a fixed number of pictures is rendered once, for every opening', async () => {
  const attrs = { pictures: 16, identities: 4 };
  const pairs = async (): Promise<Pair[]> => {
    const dataset = await openDataset(reference(attrs));
    assert.equal(dataset.length('train'), 16);
    return Promise.all(Array.from({ length: 30 }, (_, i) => dataset.pair(i, 'train', { sameIdentity: 0.3, by: 'identity' })));
  };
  const first = await pairs();
  const pictures = new Map(first.flatMap((p) => [p.source, p.target]).map((s) => [s.id, String(s.fields.image)]));
  assert.ok(pictures.size > 10 && pictures.size <= 16);
  assert.equal(new Set(pictures.values()).size, pictures.size);
  for (const { source, target, sameIdentity, sameImage } of first) {
    assert.equal(String(source.fields.identity) === String(target.fields.identity), sameIdentity);
    assert.equal(sameImage, false);
  }
  assert.deepEqual(await pairs(), first);
});

test('a damaged picture in the cache is made again', async () => {
  const pair = async (): Promise<Pair> => (await openDataset(reference({ pictures: 8 }, 9))).pair(0, 'train', policy);
  const before = await pair();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.safetensors'));
  for (const name of files) truncateSync(join(folder, name), 100);
  assert.deepEqual(await pair(), before);
  assert.ok(!readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => name.endsWith('.partial')));
});

test('batches hold what a step asks for', async () => {
  const dataset = await openDataset(reference());
  const batch = await assembleBatch(dataset, { fields: ['source.image', 'target.mask', 'target.landmarks'], batch: 2, split: 'train', policy }, 0);
  assert.deepEqual(Object.values(batch).map((b) => b.shape), [[2, 32, 32, 3], [2, 32, 32, 1], [2, 68, 2]]);
});
