import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { photos } from '../../lib/datasets/photos/dataset.ts';
import { openPrepared, preparedTemplate } from '../../lib/datasets/photos/prepared.ts';
import type { PhotoLabel } from '../../lib/datasets/prepare/sources.ts';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { blankImage } from '../../lib/faces/image.ts';
import { encodePng } from '../../lib/faces/png.ts';
import type { Split } from '../../lib/registry/dataset.ts';

let work: string;
let picture: Buffer;
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'swapgraph-splits-'));
  picture = await encodePng(blankImage(16, 16));
});
after(() => rm(work, { recursive: true }));

interface Shown {
  readonly photo: string;
  readonly label?: PhotoLabel;
}

/** A folder as `prepare` leaves it, one face in each photograph; the pictures are all the same. */
async function preparedFolder(name: string, list: readonly Shown[]): Promise<string> {
  const folder = join(work, name);
  await mkdir(join(folder, 'faces'), { recursive: true });
  await writeFile(join(folder, 'faces', 'all.png'), picture);
  const file = { path: 'faces/all.png', sha256: createHash('sha256').update(picture).digest('hex') };
  const landmarks = Array.from({ length: 68 }, () => [8, 8]);
  const lines = list.map(({ photo, label }) => {
    const id = createHash('sha256').update(photo).digest('hex').slice(0, 16);
    const face = { id: `${id}-0`, box: { x: 0, y: 0, width: 16, height: 16, score: 1 }, landmarks, fields: { transforms: { 16: { a: 1, b: 0, tx: 0, ty: 0 } } }, problems: [], files: { 'image-16': file, 'mask-16': file } };
    return JSON.stringify({ photo, id, outcome: 'one-face', ...(label ? { label } : {}), faces: [face] });
  });
  await writeFile(join(folder, 'manifest.jsonl'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'prepare.json'), JSON.stringify({ pipeline: { stages: [{ role: 'align', attrs: { template: 'ffhq' } }] } }));
  await writeFile(join(folder, 'summary.json'), JSON.stringify({ manifest: createHash('sha256').update(lines.join()).digest('hex') }));
  return folder;
}

const attrs = { 'identity': 'folder', 'split-by': 'identity', 'test-share': 0.4, 'split-seed': 1, 'problems': false } as const;

/** Faces and people of a split, gathered from many of its pairs. */
async function seen(path: string, split: Split, changed: { 'split-by'?: 'identity' | 'image' | 'layout'; 'split-seed'?: number } = {}): Promise<{ faces: string[]; people: string[] }> {
  const dataset = await photos.open({ ...attrs, ...changed, path }, { size: 16, seed: 4 });
  const pairs = await Promise.all(Array.from({ length: 400 }, (_, i) => dataset.pair(i, split, { sameIdentity: 0.3, by: 'identity' })));
  const samples = pairs.flatMap(({ source, target }) => [source, target]);
  for (const { source, target, sameIdentity } of pairs) assert.equal(source.identity === target.identity, sameIdentity);
  const found = { faces: [...new Set(samples.map(({ id }) => id))].sort(), people: [...new Set(samples.map(({ identity }) => identity))].sort() };
  assert.equal(found.faces.length, dataset.length(split));
  return found;
}

const people = (from: number, to: number, each: number): Shown[] =>
  Array.from({ length: to - from }, (_, p) => Array.from({ length: each }, (__, i): Shown => ({ photo: `person-${from + p}/${i}.jpg` }))).flat();

test('splits share no person, or no photograph, and adding photographs moves no old one', async () => {
  const before = await preparedFolder('before', people(3, 12, 3));
  const more = await preparedFolder('more', [...people(0, 12, 5), ...people(20, 26, 2)]);
  for (const by of ['identity', 'image'] as const) {
    const [train, test] = [await seen(before, 'train', { 'split-by': by }), await seen(before, 'test', { 'split-by': by })];
    assert.equal(train.faces.length + test.faces.length, 27);
    assert.ok(!test.faces.some((face) => train.faces.includes(face)), by);
    assert.equal(test.people.some((person) => train.people.includes(person)), by === 'image', 'one splits people, the other photographs of the same people');
    const [trainMore, testMore] = [await seen(more, 'train', { 'split-by': by }), await seen(more, 'test', { 'split-by': by })];
    assert.ok(train.faces.every((face) => trainMore.faces.includes(face)) && test.faces.every((face) => testMore.faces.includes(face)), by);
    assert.notDeepEqual((await seen(before, 'test', { 'split-by': by, 'split-seed': 3 })).faces, test.faces);
  }
});

test("a data set's own split is kept, and what is neither for training nor for testing is left out", async () => {
  const label = (split: string, i: number): PhotoLabel => ({ identity: `n${i % 3}-${split}`, split });
  const folder = await preparedFolder('layout', ['train', 'val', 'test'].flatMap((split) => Array.from({ length: 6 }, (_, i): Shown => ({ photo: `${split}/${i}.jpg`, label: label(split, i) }))));
  assert.deepEqual((await seen(folder, 'train', { 'split-by': 'layout' })).people, ['n0-train', 'n1-train', 'n2-train']);
  assert.deepEqual((await seen(folder, 'test', { 'split-by': 'layout' })).people, ['n0-test', 'n1-test', 'n2-test']);
  const none = await preparedFolder('no-layout', people(0, 4, 2));
  await assert.rejects(seen(none, 'train', { 'split-by': 'layout' }), (error) => error instanceof DiagnosticError && /without a split of its own/.test(error.message));
});

test('photographs of a set whose folders do not tell people apart are people of their own', async () => {
  const folder = await preparedFolder('alone', [
    ...Array.from({ length: 4 }, (_, i): Shown => ({ photo: `CelebA-HQ-img/${i}.jpg`, label: { alone: true, tags: { index: i } } })), { photo: 'CelebA-HQ-img/4.jpg', label: { identity: '42' } },
    { photo: 'x/1.jpg' }, { photo: 'x/2.jpg' }, { photo: 'top.jpg' },
  ]);
  const { faces } = await openPrepared(folder);
  assert.equal(new Set(faces.slice(0, 4).map(({ identity }) => identity)).size, 4);
  assert.deepEqual(faces.slice(4, 7).map(({ identity }) => identity), ['42', 'x', 'x']);
  assert.equal(faces[7].identity, faces[7].id);
});

test('a prepared folder tells how its crops were laid', async () => {
  assert.equal(await preparedTemplate(await preparedFolder('template', people(0, 1, 1))), 'ffhq');
  assert.equal(await preparedTemplate(join(work, 'nowhere')), undefined);
});
