import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readWeightsManifest } from '../../weights/weights-manifest.ts';
import type { WeightArray } from '../../weights/weights.ts';

export type { WeightArray } from '../../weights/weights.ts';

/** The networks of `@vladmandic/face-api` whose weights can be read. */
export type FaceApiModel =
  | 'ssd_mobilenetv1' | 'face_landmark_68' | 'face_recognition' | 'face_expression' | 'age_gender' | 'tiny_face_detector' | 'face_landmark_68_tiny';

/** The folder of an installed package, found as Node finds it from this file. */
export function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}

/**
 * All weights of one network of the `@vladmandic/face-api` package by their names in its manifest (such as `conv32_down/conv/filters`), dequantised to float32.
 * `packageDir` is the package's folder (`packageFolder('@vladmandic/face-api')`). Convolution kernels are [height, width, in, out].
 * Throws where the manifest and its file disagree.
 */
export function readFaceApiWeights(packageDir: string, model: FaceApiModel): Record<string, WeightArray> {
  return Object.fromEntries(readWeightsManifest(join(packageDir, 'model', `${model}_model-weights_manifest.json`)));
}
