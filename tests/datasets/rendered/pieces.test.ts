import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { landmarkPoints } from '../../../lib/datasets/rendered/landmark-points.ts';
import { meanFace } from '../../../lib/datasets/rendered/mean-face.ts';
import { faceTriangles } from '../../../lib/datasets/rendered/mesh-topology.ts';
import { mirrorVertex } from '../../../lib/datasets/rendered/mirror.ts';
import { headModel } from '../../../lib/datasets/rendered/head-model.ts';
import { identityShapes } from '../../../lib/datasets/rendered/identity-shapes.ts';
import { expressionShapes } from '../../../lib/datasets/rendered/expression-shapes.ts';
import { compressJpeg } from '../../../lib/datasets/rendered/jpeg.ts';
import { applySensor, expose } from '../../../lib/datasets/rendered/sensor.ts';
import { rotationOf } from '../../../lib/datasets/rendered/camera.ts';
import { skyLight } from '../../../lib/datasets/rendered/light.ts';
import { drawLight } from '../../../lib/datasets/rendered/draw-scene.ts';
import { stream } from '../../../lib/random/stream.ts';
import { meanOf } from './support.ts';

test('the mean face is symmetric, in centimetres, and its lips touch', () => {
  assert.equal(meanFace.length, 468 * 3);
  for (let i = 0; i < 468; i++) {
    const m = mirrorVertex[i];
    assert.equal(mirrorVertex[m], i);
    assert.ok(Math.abs(meanFace[3 * i] + meanFace[3 * m]) < 0.03 && Math.abs(meanFace[3 * i + 1] - meanFace[3 * m + 1]) < 0.03);
  }
  const eye = (a: number, b: number): number => (meanFace[3 * a] + meanFace[3 * b]) / 2;
  assert.ok(Math.abs(eye(263, 362) - eye(33, 133) - 6.3) < 0.03);
  assert.ok(Math.abs(meanFace[3 * 13 + 1] - meanFace[3 * 14 + 1]) < 0.06);
});

test('the head is closed: every edge of it has two triangles, run through in both directions', () => {
  const { triangles } = headModel().mesh.fine;
  const edges = new Map<string, number>();
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const [a, b] = [triangles[t + k], triangles[t + ((k + 1) % 3)]];
      edges.set(`${a},${b}`, (edges.get(`${a},${b}`) ?? 0) + 1);
    }
  }
  for (const [edge, count] of edges) {
    assert.equal(count, 1, edge);
    assert.ok(edges.has(edge.split(',').reverse().join(',')), edge);
  }
  assert.equal(faceTriangles.length / 3, 880);
});

test('subdivision mixes with weights that add to 1', () => {
  const { rows, vertices } = headModel().mesh.fine;
  for (let r = 0; r < vertices; r++) {
    let total = 0;
    for (let k = rows.start[r]; k < rows.start[r + 1]; k++) total += rows.weight[k];
    assert.ok(Math.abs(total - 1) < 1e-5);
  }
});

test('landmarks are symmetric points of the mesh', () => {
  const points = landmarkPoints();
  assert.equal(points.length, 68);
  for (const point of points) assert.ok(Math.abs(point.reduce((s, [, w]) => s + w, 0) - 1) < 1e-2);
  const x = (k: number): number => points[k].reduce((s, [v, w]) => s + w * meanFace[3 * v], 0);
  for (const [a, b] of [[17, 26], [21, 22], [36, 45], [39, 42], [48, 54], [31, 35], [60, 64]]) assert.ok(Math.abs(x(a) + x(b)) < 0.05, `${a} and ${b}`);
});

test('identity shapes are symmetric; expressions of one side leave the other alone', () => {
  for (const { name, field } of identityShapes) {
    if (!field) continue;
    const largest = Math.max(...field.map(Math.abs));
    assert.ok(largest > 0.02 && largest < 1.5, `${name}: ${largest} cm`);
    for (let i = 0; i < 468; i++) assert.ok(Math.abs(field[3 * i] + field[3 * mirrorVertex[i]]) < 0.05, name);
  }
  const left = expressionShapes.find((s) => s.name === 'smile-left');
  assert.ok(left);
  for (let i = 0; i < 468; i++) if (meanFace[3 * i] < -1) assert.equal(Math.hypot(left.field[3 * i], left.field[3 * i + 1]), 0);
});

test('a pose is a rotation', () => {
  const angle = fc.double({ min: -90, max: 90, noNaN: true });
  fc.assert(fc.property(angle, angle, angle, (yaw, pitch, roll) => {
    const r = rotationOf({ yaw, pitch, roll });
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) assert.ok(Math.abs([0, 1, 2].reduce((s, k) => s + r[3 * a + k] * r[3 * b + k], 0) - (a === b ? 1 : 0)) < 1e-9);
    const det = r[0] * (r[4] * r[8] - r[5] * r[7]) - r[1] * (r[3] * r[8] - r[5] * r[6]) + r[2] * (r[3] * r[7] - r[4] * r[6]);
    assert.ok(Math.abs(det - 1) < 1e-9);
  }));
});

test('light falls from every direction and never below nothing', () => {
  const out = new Float64Array(3);
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0, max: 7, noNaN: true }), (seed, z, turn) => {
    const light = drawLight(stream(seed, 'light'));
    assert.ok(Math.abs(Math.hypot(...light.direction) - 1) < 1e-9);
    skyLight(light, Math.cos(turn) * Math.sqrt(1 - z * z), Math.sin(turn) * Math.sqrt(1 - z * z), z, out);
    assert.ok(out.every((e) => e > 0 && e < 5));
  }));
});

test('JPEG at 100 changes little, at 20 much, and smooth pictures least', () => {
  const noise = stream(1, 'picture');
  const picture = Float32Array.from({ length: 40 * 40 * 3 }, (_, k) => 0.5 + 0.2 * Math.sin(k / 300) + 0.05 * noise.normal());
  const error = (quality: number): number => {
    const copy = picture.slice();
    compressJpeg(copy, 40, quality);
    return meanOf(copy.map((x, k) => Math.abs(x - picture[k])));
  };
  assert.ok(error(100) < error(60) && error(60) < error(20));
  const flat = new Float32Array(32 * 32 * 3).fill(0.5);
  compressJpeg(flat, 32, 50);
  assert.ok(flat.every((x) => Math.abs(x - 0.5) < 0.02));
});

test('the sensor adds noise of the asked strength and blurs without changing the mean', () => {
  const grey = new Float32Array(64 * 64 * 3).fill(0.5);
  applySensor(grey, 64, { noise: 0.02, blur: 0, jpeg: 0, seed: 3 });
  const spread = Math.sqrt(meanOf(grey.map((x) => (x - 0.5) ** 2)));
  assert.ok(Math.abs(spread - 0.02 * 0.85) < 0.002);
  const edge = Float32Array.from({ length: 64 * 64 * 3 }, (_, k) => (Math.floor(k / 3) % 64 < 32 ? 0.2 : 0.8));
  applySensor(edge, 64, { noise: 0, blur: 8, jpeg: 0, seed: 3 });
  assert.ok(Math.abs(meanOf(edge) - 0.5) < 1e-3 && edge[3 * 32] > 0.45 && edge[3 * 32] < 0.6);
});

test('exposure keeps order and range', () => {
  const values = Float32Array.from({ length: 300 }, (_, k) => k / 60);
  expose(values, 1);
  for (let k = 1; k < values.length; k++) assert.ok(values[k] >= values[k - 1] && values[k] <= 1);
});
