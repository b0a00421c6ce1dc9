import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { landmarksIn } from '../faces/find.ts';
import { fromUnit } from '../faces/image.ts';
import { faceEstimators } from '../faces/networks/estimators.ts';
import type { FaceNetworks } from '../faces/networks/load.ts';
import { poseFromLandmarks, type Pose } from '../faces/pose.ts';
import type { Point } from '../faces/similarity.ts';
import { largestUnrest } from './largest-unrest.ts';
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
  /** Whether the looks at the picture agree on its landmarks. */
  readonly clear: boolean;
}

/** Measures with face-api's networks on ArcFace-aligned crops of any size; the engine must have been loaded. */
export function createFaceMeasurer(networks: FaceNetworks): FaceMeasurer {
  const estimators = faceEstimators(networks);
  const describe = cached((x) => rows(estimators.describe(x)));
  const expression = cached((x) => rows(estimators.expressionOf(x)));
  const looks = new WeakMap<object, Seen>();
  const look = (pictures: readonly Picture[]): Seen[] => pictures.map((picture) => {
    const seen = looks.get(picture.key) ?? lookAt(picture, networks);
    looks.set(picture.key, seen);
    return seen;
  });
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

/** Landmarks as `prepare` finds them, within the whole crop instead of a detector's box. */
function lookAt({ data, size }: Picture, networks: FaceNetworks): Seen {
  const { landmarks, unrest } = landmarksIn(fromUnit(data, size, size), { x: 0, y: 0, width: size, height: size }, networks);
  return { landmarks, clear: unrest <= largestUnrest };
}

/** The tensor's rows along the batch axis, as copies. */
function rows(tensor: Tensor): Float32Array[] {
  const data = tensor.dataSync() as Float32Array;
  const length = data.length / tensor.shape[0];
  return Array.from({ length: tensor.shape[0] }, (_, i) => data.slice(i * length, (i + 1) * length));
}
