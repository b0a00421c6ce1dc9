import { createRequire } from 'node:module';
import path from 'node:path';
import type { WeightArray, Weights } from '../weights.ts';
import { readWeightsManifest } from '../weights-manifest.ts';

/**
 * The weights of `graphs/encoders/face-recognition.yaml` from the installed `@vladmandic/face-api` package. Its convolutions are
 * each followed by a learned scale and offset per channel; both are folded into kernel and bias.
 */
export function faceRecognitionWeights(): Weights {
  const folder = path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
  const read = readWeightsManifest(path.join(folder, 'model', 'face_recognition_model-weights_manifest.json'));
  const out = new Map<string, WeightArray>([['code.kernel', named(read, 'fc')]]);
  for (const [ours, theirs] of LAYERS) {
    const { kernel, bias } = folded(read, theirs);
    out.set(`${ours}.kernel`, kernel).set(`${ours}.bias`, bias);
  }
  return out;
}

const both = (ours: string, theirs: string): [string, string][] => [1, 2].map((i) => [`${ours}.conv${i}`, `${theirs}/conv${i}`]);
const stage = (width: number, depth: number): [string, string][] =>
  Array.from({ length: depth }, (_, i) => both(`stage${width}.${i}`, `conv${width}_${i + 1}`)).flat();

/** Our layer -> its name in the package. */
const LAYERS: readonly (readonly [string, string])[] = [
  ['stem.conv32-down', 'conv32_down'],
  ...stage(32, 3), ...both('down64', 'conv64_down'), ...stage(64, 3), ...both('down128', 'conv128_down'), ...stage(128, 2),
  ...both('down256', 'conv256_down'), ...stage(256, 2), ...both('last', 'conv256_down_out'),
];

function folded(read: Weights, layer: string): { kernel: WeightArray; bias: WeightArray } {
  const filters = named(read, `${layer}/conv/filters`);
  const [bias, scale, offset] = ['conv/bias', 'scale/weights', 'scale/biases'].map((name) => named(read, `${layer}/${name}`));
  const channels = bias.data.length;
  const kernel = filters.data.map((value, i) => value * scale.data[i % channels]);
  return { kernel: { shape: filters.shape, data: kernel }, bias: { shape: bias.shape, data: bias.data.map((b, i) => b * scale.data[i] + offset.data[i]) } };
}

function named(read: Weights, name: string): WeightArray {
  const weight = read.get(name);
  if (!weight) throw new Error(`the face-api package has no weight "${name}"; is its version 1.7?`);
  return weight;
}
