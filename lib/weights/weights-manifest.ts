import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { broken } from './safetensors-header.ts';
import { elementCount, type WeightArray, type Weights } from './weights.ts';

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

const readers: Readonly<Record<string, { readonly size: number; readonly at: (bytes: Buffer, offset: number) => number }>> = {
  uint8: { size: 1, at: (bytes, offset) => bytes[offset] },
  uint16: { size: 2, at: (bytes, offset) => bytes.readUInt16LE(offset) },
  float32: { size: 4, at: (bytes, offset) => bytes.readFloatLE(offset) },
  int32: { size: 4, at: (bytes, offset) => bytes.readInt32LE(offset) },
};

/**
 * All weights of a TensorFlow.js weights manifest (`*-weights_manifest.json`, with its binary files beside it) by their names there,
 * quantised ones as `value * scale + min` in float32. Convolution kernels are [height, width, in, out].
 * @throws DiagnosticError where the manifest and its files disagree.
 */
export function readWeightsManifest(manifestPath: string): Weights {
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as readonly ManifestGroup[];
  const weights = new Map<string, WeightArray>();
  for (const group of manifest) {
    const bytes = Buffer.concat(group.paths.map((path) => readFileSync(join(dirname(manifestPath), path))));
    let at = 0;
    for (const weight of group.weights) {
      const dtype = weight.quantization?.dtype ?? weight.dtype;
      const reader = readers[dtype];
      if (reader === undefined) throw broken(manifestPath, `"${weight.name}": expected ${Object.keys(readers).join(', ')}, received ${dtype}`);
      const end = at + elementCount(weight.shape) * reader.size;
      if (!(end <= bytes.length)) throw broken(manifestPath, `its weights file ends inside "${weight.name}"`);
      weights.set(weight.name, { shape: weight.shape, data: dequantised(weight, (i) => reader.at(bytes, at + i * reader.size)) });
      at = end;
    }
    if (at !== bytes.length) throw broken(manifestPath, `expected a weights file of ${at} bytes, received ${bytes.length}`);
  }
  return weights;
}

function dequantised(weight: ManifestWeight, value: (i: number) => number): Float32Array {
  const { scale, min } = weight.quantization ?? { scale: 1, min: 0 };
  return Float32Array.from({ length: elementCount(weight.shape) }, (_, i) => value(i) * scale + min);
}
