import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { interOcular, mirrorLandmarks } from '../faces/landmarks.ts';
import { faceEstimators, type FaceEstimators } from '../faces/networks/estimators.ts';
import type { FaceNetworks } from '../faces/networks/load.ts';
import { poseFromLandmarks, type Pose } from '../faces/pose.ts';
import type { Point } from '../faces/similarity.ts';
import type { Picture } from './picture.ts';

/** What the metrics see in a face crop. One picture is measured once per kind, as long as its `key` lives. */
export interface FaceMeasurer {
  /** 128 numbers each, not normalised. */
  describe(pictures: readonly Picture[]): Float32Array[];
  /** Seven probabilities each, or undefined where no face is seen. */
  express(pictures: readonly Picture[]): (Float32Array | undefined)[];
  /** Degrees, or undefined where no face is seen. */
  pose(pictures: readonly Picture[]): (Pose | undefined)[];
}

interface Seen {
  readonly landmarks: readonly Point[];
  /** Whether the landmarks of the picture and of its mirror image agree. */
  readonly clear: boolean;
}

/**
 * Landmarks of a picture and of its mirror image that are further apart than this (root mean square, in distances between the eyes) are no face's.
 * Of rendered faces up to 60 degrees of yaw more than 95 % lie below, of flat, noisy and washed-out pictures more than 90 % above (tests/metrics).
 */
export const largestUnrest = 0.3;

/** Measures with face-api's networks on ArcFace-aligned crops of any size; the engine must have been loaded. */
export function createFaceMeasurer(networks: FaceNetworks): FaceMeasurer {
  const estimators = faceEstimators(networks);
  const describe = cached((x) => rows(estimators.describe(x)));
  const look = cached((x) => lookAt(estimators, x));
  const expression = cached((x) => rows(estimators.expressionOf(x)));
  return {
    describe,
    express: (pictures) => {
      const seen = look(pictures);
      return expression(pictures).map((vector, i) => (seen[i].clear ? vector : undefined));
    },
    pose: (pictures) => look(pictures).map((seen) => (seen.clear ? poseFromLandmarks(seen.landmarks) : undefined)),
  };
}

/** Runs `measure` on the pictures it has not seen yet, size by size. */
function cached<T>(measure: (images: Tensor4D) => T[]): (pictures: readonly Picture[]) => T[] {
  const known = new WeakMap<object, { readonly of: T }>();
  return (pictures) => {
    const fresh = new Map(pictures.filter((p) => !known.has(p.key)).map((p) => [p.key, p]));
    for (const size of new Set([...fresh.values()].map((p) => p.size))) {
      const group = [...fresh.values()].filter((p) => p.size === size);
      let results: T[] = [];
      tf.tidy(() => {
        results = measure(stacked(group, size));
      });
      group.forEach((p, i) => known.set(p.key, { of: results[i] }));
    }
    return pictures.map((p) => (known.get(p.key) as { readonly of: T }).of);
  };
}

function stacked(pictures: readonly Picture[], size: number): Tensor4D {
  const length = size * size * 3;
  const data = new Float32Array(length * pictures.length);
  pictures.forEach((p, i) => data.set(p.data, i * length));
  return tf.tensor4d(data, [pictures.length, size, size, 3]);
}

/** Landmarks averaged over the picture and its mirror image, so that the estimate favours no side. */
function lookAt(estimators: FaceEstimators, images: Tensor4D): Seen[] {
  const width = images.shape[2];
  const plain = pointsOf(estimators.landmarks(images));
  const turned = pointsOf(estimators.landmarks(tf.reverse(images, 2))).map((points) => mirrorLandmarks(points, width));
  return plain.map((points, i) => {
    const landmarks = points.map(([x, y], k): Point => [(x + turned[i][k][0]) / 2, (y + turned[i][k][1]) / 2]);
    const squares = points.reduce((sum, [x, y], k) => sum + (x - turned[i][k][0]) ** 2 + (y - turned[i][k][1]) ** 2, 0);
    const unrest = Math.sqrt(squares / points.length) / interOcular(landmarks);
    return { landmarks, clear: unrest <= largestUnrest };
  });
}

function pointsOf(landmarks: Tensor3D): Point[][] {
  return rows(landmarks).map((row) => Array.from({ length: 68 }, (_, i): Point => [row[2 * i], row[2 * i + 1]]));
}

/** The tensor's rows along the batch axis, as copies. */
function rows(tensor: Tensor): Float32Array[] {
  const data = tensor.dataSync() as Float32Array;
  const length = data.length / tensor.shape[0];
  return Array.from({ length: tensor.shape[0] }, (_, i) => data.slice(i * length, (i + 1) * length));
}
