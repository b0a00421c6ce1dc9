import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface WeightArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The networks of `@vladmandic/face-api` whose weights can be read. */
export type FaceApiModel =
  | 'ssd_mobilenetv1' | 'face_landmark_68' | 'face_recognition' | 'face_expression' | 'age_gender' | 'tiny_face_detector' | 'face_landmark_68_tiny';

interface ManifestGroup {
  readonly paths: readonly string[];
  readonly weights: readonly ManifestWeight[];
}

interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
}

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
  const folder = join(packageDir, 'model');
  const manifest = JSON.parse(readFileSync(join(folder, `${model}_model-weights_manifest.json`), 'utf8')) as readonly ManifestGroup[];
  const weights: Record<string, WeightArray> = {};
  for (const group of manifest) {
    const bytes = Buffer.concat(group.paths.map((path) => readFileSync(join(folder, path))));
    let at = 0;
    for (const weight of group.weights) {
      const count = weight.shape.reduce((product, size) => product * size, 1);
      const end = at + count * bytesPerValue(weight);
      if (end > bytes.length) throw new Error(`${model}: the weights file ends inside "${weight.name}"`);
      weights[weight.name] = { shape: weight.shape, data: dequantised(weight, bytes.subarray(at, end), count) };
      at = end;
    }
    if (at !== bytes.length) throw new Error(`${model}: expected a weights file of ${at} bytes, received ${bytes.length}`);
  }
  return weights;
}

function bytesPerValue(weight: ManifestWeight): number {
  const dtype = weight.quantization?.dtype ?? weight.dtype;
  const size = ({ uint8: 1, uint16: 2, float32: 4, int32: 4 } as Readonly<Record<string, number>>)[dtype];
  if (size === undefined) throw new Error(`"${weight.name}": expected uint8, uint16, float32 or int32, received ${dtype}`);
  return size;
}

function dequantised(weight: ManifestWeight, bytes: Buffer, count: number): Float32Array {
  const out = new Float32Array(count);
  const { quantization: q } = weight;
  for (let i = 0; i < count; i++) {
    if (q) out[i] = (q.dtype === 'uint8' ? bytes[i] : bytes.readUInt16LE(i * 2)) * q.scale + q.min;
    else out[i] = weight.dtype === 'int32' ? bytes.readInt32LE(i * 4) : bytes.readFloatLE(i * 4);
  }
  return out;
}
