import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { depthRange, rasteriseDepth } from '../../lib/faces/depth.ts';
import { blankImage, blankPlane } from '../../lib/faces/image.ts';
import type { Image, Plane } from '../../lib/faces/image.ts';
import { blendMask, convexHull, faceOutline, landmarkMask } from '../../lib/faces/mask.ts';
import { meanLandmarks } from '../../lib/faces/mean-landmarks.ts';
import { poseFromMesh } from '../../lib/faces/mesh-pose.ts';
import type { Point3 } from '../../lib/faces/mean-landmarks.ts';
import { paste } from '../../lib/faces/paste.ts';
import { poseFromLandmarks, rotatePoint } from '../../lib/faces/pose.ts';
import type { Pose } from '../../lib/faces/pose.ts';
import type { Point } from '../../lib/faces/similarity.ts';
import { warp } from '../../lib/faces/warp.ts';

/** The mean face's landmarks as a camera far away sees them. */
function projected(pose: Pose, scale = 20, x = 128, y = 128): Point[] {
  return meanLandmarks.map((point) => {
    const [px, py] = rotatePoint(pose, point);
    return [x + scale * px, y - scale * py];
  });
}

function smooth(width: number, height: number): Image {
  const image = blankImage(width, height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let c = 0; c < 3; c++) image.data[i * 3 + c] = Math.round(127 + 60 * Math.sin(x / 17 + c) + 60 * Math.cos(y / 23 - c));
  }
  return image;
}

function full(size: number, value = 255): Plane {
  const plane = blankPlane(size, size);
  plane.data.fill(value);
  return plane;
}

test('pose is recovered from projected landmarks, signs as documented', () => {
  const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
  fc.assert(fc.property(angle(60), angle(35), angle(40), fc.double({ min: 3, max: 60, noNaN: true }), (yaw, pitch, roll, scale) => {
    const found = poseFromLandmarks(projected({ yaw, pitch, roll }, scale));
    const off = Math.max(Math.abs(found.yaw - yaw), Math.abs(found.pitch - pitch), Math.abs(found.roll - roll));
    assert.ok(off < 0.5, `${JSON.stringify({ yaw, pitch, roll })} came back as ${JSON.stringify(found)}`);
    assert.ok(found.residual < 1e-3);
  }), { numRuns: 60 });
  const nose = (pose: Pose) => projected(pose)[30];
  assert.ok(nose({ yaw: 20, pitch: 0, roll: 0 })[0] > 128, 'positive yaw points the nose to the right of the picture');
  assert.ok(nose({ yaw: 0, pitch: 20, roll: 0 })[1] < nose({ yaw: 0, pitch: 0, roll: 0 })[1], 'positive pitch lifts the nose');
  const rolled = projected({ yaw: 0, pitch: 0, roll: 20 });
  assert.ok(rolled[45][1] > rolled[36][1], 'positive roll lowers the eye on the right');
});

test('the hull holds every point, turns one way, and drops inner points', () => {
  const point = fc.tuple(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: -100, max: 100, noNaN: true }));
  fc.assert(fc.property(fc.array(point, { minLength: 3, maxLength: 40 }), (points) => {
    const hull = convexHull(points);
    const side = (o: Point, p: Point, q: Point) => (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0]);
    hull.forEach((p, i) => {
      const q = hull[(i + 1) % hull.length];
      for (const r of points) assert.ok(side(p, q, r) >= -1e-6);
    });
  }));
  assert.deepEqual(convexHull([[0, 0], [4, 0], [4, 4], [0, 4], [2, 2], [2, 0]]).length, 4);
});

test('the mask covers the face and the forehead, not the corners, and is soft as asked', () => {
  const landmarks = projected({ yaw: 0, pitch: 0, roll: 0 }, 12, 128, 125);
  const hard = landmarkMask(landmarks, 256);
  const value = (mask: Plane, x: number, y: number) => mask.data[Math.round(y) * 256 + Math.round(x)];
  assert.equal(value(hard, 128, 150), 255);
  assert.equal(value(hard, 2, 2), 0);
  const brow = landmarks[21][1];
  assert.equal(value(hard, 128, brow - 20), 255);
  assert.equal(value(landmarkMask(landmarks, 256, { forehead: 0 }), 128, brow - 20), 0);
  const partial = (mask: Plane) => mask.data.filter((v) => v > 0 && v < 255).length;
  assert.ok(partial(landmarkMask(landmarks, 256, { softness: 16 })) > 5 * partial(hard));
  const area = (mask: Plane) => mask.data.reduce((sum, v) => sum + v, 0);
  assert.ok(area(landmarkMask(landmarks, 256, { inset: 8 })) < 0.95 * area(hard));
  const outline = faceOutline(landmarks);
  assert.ok(Math.abs(polygonArea(outline) - area(hard) / 255) < 60, `${polygonArea(outline)} ${area(hard) / 255}`);
});

function polygonArea(points: readonly Point[]): number {
  return Math.abs(points.reduce((sum, [x, y], i) => {
    const [u, v] = points[(i + 1) % points.length];
    return sum + (x * v - u * y) / 2;
  }, 0));
}

test('a blend mask has no line anywhere, not even where the chin leaves the crop', () => {
  for (const y of [128, 190, 240]) {
    const { data } = blendMask(projected({ yaw: 0, pitch: 0, roll: 0 }, 20, 128, y), 256);
    let steepest = 0;
    for (let i = 256; i < data.length; i++) steepest = Math.max(steepest, Math.abs(data[i] - data[i - 256]), i % 256 === 0 ? 0 : Math.abs(data[i] - data[i - 1]));
    assert.ok(steepest <= 2 * (255 / 25.6), `${y}: ${steepest} from one pixel to the next`);
    assert.ok(Math.max(...data.subarray(255 * 256)) <= 5);
    assert.equal(Math.max(...data), 255);
  }
});

test('an aligned crop pasted back leaves the photograph as it was, whether the crop is finer or coarser', () => {
  const photo = smooth(200, 160);
  for (const scale of [0.5, 0.8, 1.7]) {
    const [a, b] = [scale * Math.cos(0.3), scale * Math.sin(0.3)];
    const toCrop = { a, b, tx: 64 - a * 100 + b * 80, ty: 64 - b * 100 - a * 80 };
    const { image } = warp(photo, toCrop, 128);
    const mask = blankPlane(128, 128);
    for (let i = 0; i < 128 * 128; i++) mask.data[i] = Math.hypot((i % 128) - 64, Math.floor(i / 128) - 64) < 30 ? 255 : 0;
    const back = paste(photo, image, mask, toCrop);
    const worst = photo.data.reduce((max, value, i) => Math.max(max, Math.abs(value - back.data[i])), 0);
    assert.ok(worst <= 3, `scale ${scale}: ${worst}`);
  }
});

test('paste keeps every byte outside the mask and takes the crop inside', () => {
  const photo = smooth(100, 80);
  const crop = blankImage(32, 32);
  assert.deepEqual(paste(photo, crop, full(32, 0), { a: 0.5, b: 0, tx: 0, ty: 0 }).data, photo.data);
  const pasted = paste(photo, crop, full(32), { a: 1, b: 0, tx: -10, ty: -20 });
  assert.deepEqual([...pasted.data.subarray((30 * 100 + 20) * 3, (30 * 100 + 20) * 3 + 3)], [0, 0, 0]);
  assert.deepEqual(pasted.data.subarray(0, 20 * 300), photo.data.subarray(0, 20 * 300));
  const half = paste(photo, crop, full(32, 128), { a: 1, b: 0, tx: -10, ty: -20 });
  const at = (30 * 100 + 20) * 3;
  assert.ok(Math.abs(half.data[at] - photo.data[at] * (1 - 128 / 255)) <= 1);
  assert.throws(() => paste(photo, crop, full(31), { a: 1, b: 0, tx: 0, ty: 0 }), RangeError);
});

test('pose is recovered from a turned mesh whatever its size and place', () => {
  const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
  fc.assert(fc.property(angle(85), angle(60), angle(170), fc.double({ min: 0.1, max: 50, noNaN: true }), (yaw, pitch, roll, scale) => {
    const seen = meanLandmarks.map((point): Point3 => {
      const [x, y, z] = rotatePoint({ yaw, pitch, roll }, point);
      return [40 + scale * x, 30 - scale * y, 7 + scale * z];
    });
    const found = poseFromMesh(seen, meanLandmarks);
    for (const key of ['yaw', 'pitch', 'roll'] as const) assert.ok(Math.abs(found[key] - { yaw, pitch, roll }[key]) < 0.05, `${key}: ${JSON.stringify(found)}`);
  }), { numRuns: 60 });
});

test('a depth map shows the nearest surface, interpolated, and nothing where there is none', () => {
  const { near, far } = depthRange;
  const square = (z: number, from: number, to: number): Point3[] => [[from, from, z], [to, from, z], [to, to, z], [from, to, z]];
  const points = [...square(0, 4, 28), ...square(5, 12, 20)];
  const triangles = [0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7];
  const depth = rasteriseDepth(points, triangles, 32, { origin: 0, unit: 10 });
  const at = (x: number, y: number) => depth.data[y * 32 + x];
  const level = (z: number) => Math.round(1 + 254 * ((z - far) / (near - far)));
  assert.deepEqual([at(0, 0), at(6, 6), at(16, 16)], [0, level(0), level(0.5)]);
  const slope = rasteriseDepth([[0, 0, 0], [32, 0, 8], [32, 32, 8], [0, 32, 0]], [0, 1, 2, 0, 2, 3], 32, { origin: 0, unit: 10 });
  for (let x = 1; x < 32; x++) assert.ok(slope.data[16 * 32 + x] >= slope.data[16 * 32 + x - 1]);
  assert.equal(slope.data[16 * 32 + 16], level(0.1 * 8 * (16.5 / 32)));
  assert.equal(rasteriseDepth(square(50, 4, 28), [0, 1, 2, 0, 2, 3], 32, { origin: 0, unit: 10 }).data[16 * 32 + 16], 255);
});
