import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { samplePhotos } from '../../lib/datasets/photos/samples.ts';
import type { PrepareSummary } from '../../lib/datasets/prepare/finish.ts';
import { readManifest } from '../../lib/datasets/prepare/finish.ts';
import { prepare } from '../../lib/datasets/prepare/prepare.ts';
import type { PhotoRecord } from '../../lib/datasets/prepare/record.ts';
import { decodeImage } from '../../lib/faces/decode.ts';
import { mirrored } from '../../lib/faces/image.ts';

let work: string;
let found: Map<string, PhotoRecord>;
let summary: PrepareSummary;

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'swapgraph-odd-'));
  const input = join(work, 'photos');
  await mkdir(input);
  // one face of a party, 512 x 512, as a lossless file in eight-bit RGB
  const { image: party } = await decodeImage(await readFile(join(await samplePhotos({ download: false }), 'sample1.jpg')));
  const whole = sharp(party.data, { raw: { width: party.width, height: party.height, channels: 3 } });
  const plain = await whole.clone().extract({ left: 300, top: 130, width: 430, height: 430 }).resize(512).png().toBuffer();
  const face = sharp(plain);
  const raw = { raw: { width: 512, height: 512, channels: 3 as const } };
  const { image } = await decodeImage(plain);
  await face.clone().png().toFile(join(input, 'a-plain.png'));
  await face.clone().greyscale().toColourspace('b-w').jpeg({ quality: 95 }).toFile(join(input, 'b-grey.jpg'));
  await face.clone().toColourspace('cmyk').jpeg({ quality: 95 }).toFile(join(input, 'c-cmyk.jpg'));
  await face.clone().toColourspace('rgb16').png().toFile(join(input, 'd-deep.png'));
  await face.clone().ensureAlpha(1).png().toFile(join(input, 'e-alpha.png'));
  await sharp(Buffer.concat([image.data, mirrored(image).data]), { raw: { width: 512, height: 1024, channels: 3, pageHeight: 512 } }).webp({ lossless: true }).toFile(join(input, 'f-film.webp'));
  await sharp(await face.clone().rotate(270).png().toBuffer()).withMetadata({ orientation: 6 }).png().toFile(join(input, 'g-turned.png'));
  await sharp(mirrored(image).data, raw).png().toFile(join(input, 'h-mirrored.png'));
  await face.clone().resize(1200).png().toFile(join(input, 'i-large.png'));
  await face.clone().resize(1600).png().toFile(join(input, 'j-too-large.png'));
  await face.clone().resize(31).png().toFile(join(input, 'k-tiny.png'));
  for await (const event of prepare([input], join(work, 'out'), { limits: { workPixels: 600 * 600, maxPixels: 1500 * 1500 } })) if (event.kind === 'done') summary = event.summary;
  found = new Map();
  for await (const record of readManifest(join(work, 'out'))) found.set(record.photo, record);
});

after(() => rm(work, { recursive: true, force: true }));

const pointsOf = (photo: string) => found.get(photo)?.faces[0]?.points ?? [];

test('every kind of file has its outcome, and every conversion is counted', () => {
  const told = [...found.values()].map(({ photo, outcome, conversions = [], faces }) => [photo, outcome, conversions.join(' '), faces.map(({ problems }) => problems.join(' ')).join(' ')]);
  assert.deepEqual(told, [
    ['a-plain.png', 'one-face', '', ''],
    ['b-grey.jpg', 'no-usable-face', 'greyscale', 'duplicate'],
    ['c-cmyk.jpg', 'no-usable-face', 'cmyk', 'duplicate'],
    ['d-deep.png', 'no-usable-face', '16-bit', 'duplicate'],
    ['e-alpha.png', 'no-usable-face', 'transparent', 'duplicate'],
    ['f-film.webp', 'no-usable-face', 'transparent first-frame', 'duplicate'],
    ['g-turned.png', 'no-usable-face', 'rotated', 'duplicate'],
    ['h-mirrored.png', 'one-face', '', ''],
    ['i-large.png', 'no-usable-face', 'reduced', 'duplicate'],
    ['j-too-large.png', 'too-many-pixels', '', ''],
    ['k-tiny.png', 'too-small', '', ''],
  ]);
  assert.deepEqual(summary.conversions, { 'rotated': 1, 'greyscale': 1, 'cmyk': 1, '16-bit': 1, 'transparent': 2, 'first-frame': 1, 'reduced': 1 });
  assert.deepEqual(summary.outcomes, { 'one-face': 2, 'no-usable-face': 7, 'too-small': 1, 'too-many-pixels': 1 });
});

test('a turned file, a deep one and one of several frames give the very points of the plain one', () => {
  for (const photo of ['d-deep.png', 'e-alpha.png', 'f-film.webp', 'g-turned.png']) assert.deepEqual(pointsOf(photo), pointsOf('a-plain.png'), photo);
});

test('a mirrored copy gives the mirrored crop, within 1.5 pixels at 256; a large one the same crop', () => {
  const { a, b } = (found.get('a-plain.png')?.faces[0].fields['transforms'] as unknown as Record<string, { a: number; b: number }>)['256'];
  const scale = Math.hypot(a, b);
  const [left, right, nose, mouthLeft, mouthRight] = pointsOf('h-mirrored.png').map(([x, y]) => [512 - x, y]);
  const near = (points: readonly (readonly number[])[]) => points.forEach(([x, y], i) => {
    const [u, v] = pointsOf('a-plain.png')[i];
    assert.ok(Math.hypot(x - u, y - v) * scale < 1.5, `${(Math.hypot(x - u, y - v) * scale).toFixed(2)} pixels`);
  });
  near([right, left, nose, mouthRight, mouthLeft]);
  near(pointsOf('i-large.png').map(([x, y]) => [(x * 512) / 1200, (y * 512) / 1200]));
});

test('where nothing is a photograph nothing is written', async () => {
  const empty = join(work, 'empty');
  await mkdir(empty);
  const start = async (): Promise<void> => {
    for await (const event of prepare([empty], join(work, 'none'))) assert.ok(event.kind);
  };
  await assert.rejects(start(), (error) => error instanceof DiagnosticError && /there is no photograph in .*empty/.test(error.message));
  await assert.rejects(readFile(join(work, 'none', 'prepare.json')), /ENOENT/);
});
