import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { officialFfppPairs } from '../../lib/datasets/photos/layouts/ffpp.ts';
import { layoutNamed } from '../../lib/datasets/photos/layouts/index.ts';
import type { LayoutListing } from '../../lib/datasets/photos/layouts/layout.ts';

/** Lists a small tree with exactly these files under a layout. */
async function listing(layout: string, files: Readonly<Record<string, string>> | readonly string[], use: (found: LayoutListing, root: string) => void | Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'swapgraph-layout-'));
  try {
    const entries = Array.isArray(files) ? files.map((name: string) => [name, '']) : Object.entries(files);
    for (const [name, text] of entries) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
    await use(await layoutNamed(layout).list(root), root);
  } finally {
    await rm(root, { recursive: true });
  }
}

const count = (found: LayoutListing, what: string) => found.counts.find((entry) => entry.what === what);
const names = (found: LayoutListing) => found.sources.map((source) => source.name);

test('VGGFace2: identities and splits by folder, checked against 8,631 + 500', () => listing('vggface2', [
  'train/n000002/0001_01.jpg', 'train/n000002/0002_01.jpg', 'train/n000003/0001_02.jpg', 'test/n000001/0001_01.jpg', 'test/n000001/stray.jpg', 'identity_meta.csv',
], (found) => {
  assert.deepEqual(names(found), ['test/n000001/0001_01.jpg', 'train/n000002/0001_01.jpg', 'train/n000002/0002_01.jpg', 'train/n000003/0001_02.jpg']);
  assert.deepEqual(found.sources[1].label, { split: 'train', identity: 'n000002' });
  assert.deepEqual(count(found, 'training identities'), { what: 'training identities', found: 2, published: 8631 });
  assert.deepEqual(found.unknown, ['test/n000001/stray.jpg']);
  assert.ok(found.missing.includes('8629 of 8631 training identities are not there') && found.missing.includes('169395 of 169396 test photographs are not there'));
}));

test('CelebA-HQ: people by the two tables, where both are there', async () => {
  const images = { 'CelebA-HQ-img/0.jpg': '', 'CelebA-HQ-img/1.jpg': '', 'CelebA-HQ-img/10.jpg': '', 'CelebAMask-HQ-mask-anno/0/00000_skin.png': '', 'CelebA-HQ-img/30000.jpg': '' };
  await listing('celeba-hq', {
    ...images,
    'CelebA-HQ-to-CelebA-mapping.txt': 'idx      orig_idx      orig_file\n0      119613      119614.jpg\n1      99094       099095.jpg\n10     5           000006.jpg\n',
    'identity_CelebA.txt': '119614.jpg 3001\n099095.jpg 42\n000006.jpg 3001\n',
  }, (found) => {
    assert.deepEqual(found.sources.map((s) => [s.name, s.label?.identity]), [['CelebA-HQ-img/0.jpg', '3001'], ['CelebA-HQ-img/1.jpg', '42'], ['CelebA-HQ-img/10.jpg', '3001']]);
    assert.deepEqual(count(found, 'identities'), { what: 'identities', found: 2, published: 6217 });
    assert.deepEqual(found.unknown, ['CelebA-HQ-img/30000.jpg']);
  });
  await listing('celeba-hq', images, (found) => {
    assert.deepEqual([found.sources[0].label?.identity, found.sources[0].label?.alone], [undefined, true]);
    assert.ok(found.missing.some((line) => /identity_CelebA.txt is not there/.test(line)));
  });
});

test('FF++: videos and frames, methods, compressions, official splits and pairs', () => listing('ffpp', {
  'original_sequences/youtube/c23/videos/000.mp4': '', 'original_sequences/youtube/c23/videos/003.mp4': '', 'original_sequences/youtube/c40/images/000/0007.png': '',
  'manipulated_sequences/Deepfakes/c23/videos/000_003.mp4': '', 'manipulated_sequences/Deepfakes/masks/videos/000_003.mp4': '',
  'splits/test.json': '[["000", "003"]]', 'splits/train.json': '[["071", "054"]]',
}, async (found, root) => {
  const original = found.sources.find((s) => s.name.endsWith('c23/videos/000.mp4'));
  assert.deepEqual(original?.label, { identity: '000', split: 'test', tags: { method: 'original', compression: 'c23', video: '000' } });
  assert.equal(original?.video, true);
  const fake = found.sources.find((s) => s.name.includes('Deepfakes'));
  assert.deepEqual(fake?.label, { split: 'test', tags: { method: 'Deepfakes', compression: 'c23', video: '000_003' } });
  const frame = found.sources.find((s) => s.name.endsWith('0007.png'));
  assert.deepEqual([frame?.video, frame?.label?.tags?.['frame'], frame?.label?.tags?.['compression']], [undefined, 7, 'c40']);
  assert.deepEqual(count(found, 'original videos'), { what: 'original videos', found: 2, published: 1000 });
  assert.deepEqual(count(found, 'official test pairs'), { what: 'official test pairs', found: 1, published: 70 });
  assert.deepEqual(found.unknown, ['manipulated_sequences/Deepfakes/masks/videos/000_003.mp4']);
  assert.deepEqual(await officialFfppPairs(root, 'test'), [['000', '003'], ['003', '000']]);
  await assert.rejects(officialFfppPairs(root, 'val'), (e) => e instanceof DiagnosticError && /val.json is not there/.test(e.message));
}));

test('Multi-PIE: subject, session, camera and illumination from the file name', () => listing('mpie', [
  'data/session01/multiview/001/01/05_1/001_01_01_051_00.png', 'data/session01/multiview/001/01/24_0/001_01_01_240_18.png', 'data/session02/multiview/337/01/11_0/337_02_01_110_19.png', 'data/readme.png',
], (found) => {
  assert.deepEqual(found.sources.map((s) => s.label?.identity), ['001', '001', '337']);
  assert.deepEqual(found.sources[1].label?.tags, { session: 1, recording: 1, camera: '24_0', illumination: 18, yaw: 90 });
  assert.equal(count(found, 'cameras')?.found, 3);
  assert.equal(count(found, 'illuminations')?.found, 2);
  assert.deepEqual(found.unknown, ['data/readme.png']);
}));

test('LPFF: one of its folders, no identities beyond the photograph', () => listing('lpff', [
  'stylegan/11248189@N02_30416666935_08.png', 'stylegan/11248189@N02_30416666935_09.png', 'stylegan/guess-attic-girl_01.png', 'eg3d/11248189@N02_30416666935_08.png',
], (found) => {
  assert.equal(found.sources.length, 3);
  assert.deepEqual(found.sources.map((s) => s.label?.tags?.['face']), [8, 9, 1]);
  assert.equal(found.sources[0].label?.identity, found.sources[1].label?.identity);
  assert.deepEqual(found.missing, ['19587 of 19590 images are not there']);
}));

test('a plain folder: the folder is the person', () => listing('folder', ['ann/a.jpg', 'bob/x/b.png', 'top.jpg', 'clip.mp4', 'notes.txt', '.hidden/c.jpg'], (found) => {
  assert.deepEqual(found.sources.map((s) => [s.name, s.label?.identity, s.video]), [['ann/a.jpg', 'ann', undefined], ['bob/x/b.png', 'bob/x', undefined], ['clip.mp4', undefined, true], ['top.jpg', undefined, undefined]]);
  assert.deepEqual(found.missing, []);
}));

test('an unknown layout is answered with the nearest name', () => {
  assert.throws(() => layoutNamed('vggface'), (e) => e instanceof DiagnosticError && /vggface2/.test(e.message));
});
