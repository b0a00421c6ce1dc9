import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { alignFace } from '../../lib/faces/align.ts';
import { blankImage } from '../../lib/faces/image.ts';
import type { Image } from '../../lib/faces/image.ts';
import { fivePoints, mirrorLandmarks, mirrorOrder } from '../../lib/faces/landmarks.ts';
import type { FivePoints } from '../../lib/faces/landmarks.ts';
import { meanLandmarks } from '../../lib/faces/mean-landmarks.ts';
import { applySimilarity, composeSimilarity, fitSimilarity, identity, invertSimilarity, scaleOf } from '../../lib/faces/similarity.ts';
import type { Point, Similarity } from '../../lib/faces/similarity.ts';
import { cropSimilarity, templateNamed, templatePoints } from '../../lib/faces/templates.ts';
import { warp } from '../../lib/faces/warp.ts';

interface Fixture {
  readonly fits: readonly ({ readonly from: readonly Point[]; readonly to: readonly Point[] } & Similarity)[];
  readonly 'norm-crop': { readonly points: readonly Point[]; readonly every: number; readonly pixels: readonly number[] };
}
const fixture = JSON.parse(readFileSync(new URL('./fixtures/alignment.json', import.meta.url), 'utf8')) as Fixture;

/** The picture that make-fixtures.py draws. */
function pattern(width: number, height: number): Image {
  const image = blankImage(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const value = 127 + 90 * Math.sin(x / 9 + c) * Math.cos(y / 7 - c) + 20 * Math.sin((x * y) / 300 + c);
        image.data[(y * width + x) * 3 + c] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return image;
}

/** A frontal face of 68 landmarks, eyes `eyes` pixels apart, its middle at (x, y). */
function frontal(x: number, y: number, eyes: number): Point[] {
  return meanLandmarks.map(([px, py]) => [x + (px * eyes) / 6.3, y - (py * eyes) / 6.3]);
}

const similarity = fc.record({
  scale: fc.double({ min: 0.05, max: 20, noNaN: true }), angle: fc.double({ min: -3, max: 3, noNaN: true }),
  tx: fc.double({ min: -500, max: 500, noNaN: true }), ty: fc.double({ min: -500, max: 500, noNaN: true }),
}).map(({ scale, angle, tx, ty }): Similarity => ({ a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx, ty }));

test('fitSimilarity equals scikit-image on its fixtures', () => {
  assert.equal(fixture.fits.length, 24);
  for (const fit of fixture.fits) {
    const found = fitSimilarity(fit.from, fit.to);
    for (const key of ['a', 'b', 'tx', 'ty'] as const) assert.ok(Math.abs(found[key] - fit[key]) < 1e-8, `${key}: ${found[key]} for ${fit[key]}`);
  }
});

test('fitSimilarity recovers any similarity from exact points, and its inverse undoes it', () => {
  const points: Point[] = [[0, 0], [10, 3], [4, 40], [-7, 9]];
  fc.assert(fc.property(similarity, (t) => {
    const found = fitSimilarity(points, points.map((p) => applySimilarity(t, p)));
    const round = composeSimilarity(found, invertSimilarity(t));
    for (const p of points) {
      const q = applySimilarity(round, p);
      assert.ok(Math.hypot(p[0] - q[0], p[1] - q[1]) < 1e-6);
    }
  }));
});

test('fitSimilarity refuses what has no answer', () => {
  assert.throws(() => fitSimilarity([[1, 1]], [[2, 2]]), RangeError);
  assert.throws(() => fitSimilarity([[1, 1], [1, 1]], [[2, 2], [3, 3]]), /coincide/);
  assert.throws(() => fitSimilarity([[1, 1], [2, 2]], [[2, 2]]), RangeError);
});

test("arcface-opencv gives the pixels of insightface's norm_crop", () => {
  const { points, every, pixels } = fixture['norm-crop'];
  const shifted = points.map(([x, y]): Point => [x + 0.5, y + 0.5]) as unknown as FivePoints;
  const crop = warp(pattern(160, 120), cropSimilarity(shifted, 112, 'arcface-opencv'), 112).image;
  let worst = 0;
  let at = 0;
  for (let y = 0; y < 112; y += every) {
    for (let x = 0; x < 112; x += every) {
      for (let c = 0; c < 3; c++) worst = Math.max(worst, Math.abs(crop.data[(y * 112 + x) * 3 + c] - pixels[at++]));
    }
  }
  assert.equal(at, pixels.length);
  assert.ok(worst <= 2, `expected at most 2 of 255 from OpenCV's fixed-point interpolation, received ${worst}`);
});

test('the levelled template is symmetric and near the published one', () => {
  const levelled = templatePoints(112);
  const published = templatePoints(112, 'arcface-opencv');
  assert.ok(Math.abs(levelled[0][0] + levelled[1][0] - 112) < 1e-9 && levelled[0][1] === levelled[1][1]);
  assert.ok(Math.abs(levelled[3][0] + levelled[4][0] - 112) < 1e-9 && levelled[3][1] === levelled[4][1]);
  levelled.forEach(([x, y], i) => assert.ok(Math.hypot(x + 0.5 - published[i][0], y + 0.5 - published[i][1]) < 0.2));
});

test('crops of 112 and 256 of one face differ by scale alone, for every template that scales', () => {
  const points = fivePoints(frontal(200, 180, 60));
  for (const template of ['arcface', 'ffhq'] as const) {
    const small = cropSimilarity(points, 112, template);
    const large = cropSimilarity(points, 256, template);
    for (const key of ['a', 'b', 'tx', 'ty'] as const) assert.ok(Math.abs(large[key] - (small[key] * 256) / 112) < 1e-6);
  }
});

test('an FFHQ crop of an upright face is upright, wider than the ArcFace crop, and centred on it', () => {
  const points = fivePoints(frontal(200, 180, 60));
  const ffhq = cropSimilarity(points, 256, 'ffhq');
  assert.ok(Math.abs(ffhq.b) < 1e-9 && scaleOf(ffhq) < scaleOf(cropSimilarity(points, 256)));
  assert.ok(Math.abs(applySimilarity(ffhq, [200, 180])[0] - 128) < 1e-6);
});

test('an unknown template is answered with the nearest name', () => {
  assert.equal(templateNamed('ffhq'), 'ffhq');
  assert.throws(() => templateNamed('arc-face'), /arcface/);
});

test('a mirrored photograph gives the mirrored crop', () => {
  const width = 320;
  const landmarks = frontal(150, 120, 50).map(([x, y], i): Point => [x + Math.sin(i * 3) * 2, y + Math.cos(i * 5) * 2]);
  const plain = cropSimilarity(fivePoints(landmarks), 256);
  const other = cropSimilarity(fivePoints(mirrorLandmarks(landmarks, width)), 256);
  for (const corner of [[0, 0], [256, 0], [0, 256], [256, 256]] as Point[]) {
    const [x, y] = applySimilarity(invertSimilarity(plain), corner);
    const [u, v] = applySimilarity(other, [width - x, y]);
    assert.ok(Math.hypot(256 - u - corner[0], v - corner[1]) < 1e-6);
  }
  assert.deepEqual(mirrorOrder.map((i) => mirrorOrder[i]), mirrorOrder.map((_, i) => i));
});

test('a warp without motion is the photograph, and an integer shift moves bytes', () => {
  const photo = pattern(40, 30);
  assert.deepEqual(warp(photo, identity, 40, 30).image.data, photo.data);
  const shifted = warp(photo, { a: 1, b: 0, tx: 3, ty: 0 }, 40, 30);
  assert.equal(shifted.image.data[(5 * 40 + 10) * 3], photo.data[(5 * 40 + 7) * 3]);
  assert.ok(Math.abs(shifted.coverage - 37 / 40) < 1e-9);
});

test('shrinking averages: fine stripes become even grey', () => {
  const photo = blankImage(256, 256);
  for (let i = 0; i < 256 * 256; i++) photo.data.fill(i % 2 ? 255 : 0, i * 3, i * 3 + 3);
  const { image, coverage } = warp(photo, { a: 0.25, b: 0, tx: 0, ty: 0 }, 64);
  const inner = image.data.filter((_, i) => Math.floor(i / 3) % 64 > 0 && Math.floor(i / 3) % 64 < 63);
  assert.ok(inner.every((value) => Math.abs(value - 127.5) < 2));
  assert.equal(coverage, 1);
});

test('alignFace lays the five points onto the template', () => {
  const landmarks = frontal(90, 70, 40);
  const face = alignFace(pattern(200, 150), landmarks, { size: 112 });
  assert.equal(face.image.data.length, 112 * 112 * 3);
  const points = fivePoints(face.landmarks);
  templatePoints(112).forEach(([x, y], i) => assert.ok(Math.hypot(points[i][0] - x, points[i][1] - y) < 4));
  assert.throws(() => alignFace(pattern(20, 20), landmarks.slice(1), { size: 112 }), /68 landmarks/);
});
