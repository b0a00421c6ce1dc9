import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { duplicateIndex, maxDuplicateBits } from '../../lib/datasets/prepare/duplicates.ts';
import { listPhotos } from '../../lib/datasets/prepare/sources.ts';
import { readSource } from '../../lib/datasets/prepare/store.ts';
import { listTar, tarEnd, tarHeader, tarPadding } from '../../lib/datasets/prepare/tar.ts';
import { evenFrames, hasFfmpeg, videoFrames } from '../../lib/datasets/prepare/video.ts';
import { decodeImage } from '../../lib/faces/decode.ts';
import { hashDistance } from '../../lib/faces/perceptual-hash.ts';

let work: string;
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'swapgraph-sources-'));
});
after(() => rm(work, { recursive: true, force: true }));

test('folders are listed in the order of names, others are counted', async () => {
  const folder = join(work, 'folder');
  await mkdir(join(folder, 'b'), { recursive: true });
  for (const name of ['b/2.JPG', 'b/10.png', 'a.webp', 'B.tif', 'notes.txt', '.secret.jpg']) await writeFile(join(folder, name), name);
  await symlink(join(folder, 'a.webp'), join(folder, 'c.webp'));
  const { sources, ignored } = await listPhotos([folder]);
  assert.deepEqual(sources.map((s) => s.name), ['B.tif', 'a.webp', 'b/10.png', 'b/2.JPG', 'c.webp']);
  assert.equal(ignored, 2);
  const both = await listPhotos([folder, join(folder, 'a.webp')]);
  assert.ok(both.sources.some((s) => s.name === 'folder/b/10.png') && both.sources.some((s) => s.name === 'a.webp'));
  await assert.rejects(listPhotos([join(work, 'nowhere')]), (e) => e instanceof DiagnosticError && /no such file or folder/.test(e.message));
  await assert.rejects(listPhotos([join(folder, 'a.webp'), join(folder, 'a.webp')]), /two photographs are named "a.webp"/);
});

test("an archive by the system's tar is listed with its members' bytes, long names and all", async () => {
  const folder = join(work, 'tree');
  const deep = 'deep-'.repeat(12);
  const long = `${'long-'.repeat(16)}name.png`;
  await mkdir(join(folder, deep), { recursive: true });
  await writeFile(join(folder, deep, long), 'long');
  await writeFile(join(folder, 'a.jpg'), 'A'.repeat(1000));
  await writeFile(join(folder, 'b.txt'), 'text');
  for (const format of ['gnu', 'pax', 'ustar']) {
    const archive = join(work, `${format}.tar`);
    execFileSync('tar', [`--format=${format}`, '-cf', archive, '-C', folder, '.']);
    const { sources, ignored } = await listPhotos([archive]);
    assert.deepEqual(sources.map((s) => s.name), [`${format}.tar/a.jpg`, `${format}.tar/${deep}/${long}`]);
    assert.equal(ignored, 1);
    assert.equal((await readSource(sources[0])).toString(), 'A'.repeat(1000));
    assert.equal((await readSource(sources[1])).toString(), 'long');
  }
  await cp(join(folder, 'a.jpg'), join(work, 'false.tar'));
  await assert.rejects(listTar(join(work, 'false.tar')), /is no uncompressed tar archive/);
});

test("what we write as tar the system's tar reads", async () => {
  const body = Buffer.from('hello');
  const archive = join(work, 'own.tar');
  await writeFile(archive, Buffer.concat([tarHeader('x/y.txt', body.length), body, tarPadding(body.length), tarEnd]));
  assert.equal(execFileSync('tar', ['-xOf', archive, 'x/y.txt']).toString(), 'hello');
  assert.deepEqual(await listTar(archive), [{ name: 'x/y.txt', offset: 512, size: 5 }]);
  assert.throws(() => tarHeader('n'.repeat(101), 1), RangeError);
});

test('frames lie at the middles of equal parts', () => {
  assert.deepEqual(evenFrames(100, 10), [5, 15, 25, 35, 45, 55, 65, 75, 85, 95]);
  assert.deepEqual(evenFrames(3, 10), [0, 1, 2]);
  fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 200 }), (total, wanted) => {
    const frames = evenFrames(total, wanted);
    assert.equal(frames.length, Math.min(total, wanted));
    assert.ok(frames.every((frame, i) => frame < total && (i === 0 || frame > frames[i - 1])));
  }));
});

test('evenly spaced frames of a video, cut once', async (t) => {
  if (!(await hasFfmpeg())) return t.skip('ffmpeg is not installed');
  const folder = join(work, 'videos');
  await mkdir(folder);
  const video = join(folder, 'clip.mkv');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', "color=black:s=64x64:r=10:d=4,geq=lum='N*4':cb=128:cr=128", '-c:v', 'ffv1', video]);
  const frames = await videoFrames(video, 4, join(work, 'cache'));
  assert.deepEqual(frames.map((frame) => frame.index), [5, 15, 25, 35]);
  const brightness = await Promise.all(frames.map(async ({ path }) => (await decodeImage(await readFile(path))).image.data[0]));
  assert.ok(brightness.every((value, i) => i === 0 || value > brightness[i - 1] + 20), `${brightness}`);
  assert.deepEqual(await videoFrames(video, 4, join(work, 'cache')), frames);
  const { sources } = await listPhotos([folder], 2);
  assert.equal(sources.filter((s) => s.name.startsWith('clip.mkv/')).length, 2);
  await writeFile(join(work, 'false.mp4'), 'no video');
  await assert.rejects(videoFrames(join(work, 'false.mp4'), 2, join(work, 'cache')), (e) => e instanceof DiagnosticError);
  await rm(join(work, 'false.mp4'));
});

test('every near-duplicate within 15 bits is found, and nothing beyond', () => {
  const digits = fc.array(fc.nat(15), { minLength: 64, maxLength: 64 });
  fc.assert(fc.property(digits, fc.uniqueArray(fc.nat(255), { minLength: 0, maxLength: 40 }), (base, flips) => {
    const hash = base.map((d) => d.toString(16)).join('');
    const bits = [...base];
    for (const flip of flips) bits[flip >> 2] ^= 1 << (flip & 3);
    const other = bits.map((d) => d.toString(16)).join('');
    assert.equal(hashDistance(hash, other), flips.length);
    const index = duplicateIndex();
    assert.equal(index.add('first', hash), undefined);
    assert.equal(index.add('second', other), flips.length <= maxDuplicateBits ? 'first' : undefined);
  }));
});
