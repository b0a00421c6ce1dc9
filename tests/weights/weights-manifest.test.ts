import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { io } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { readWeightsManifest } from '../../lib/weights/weights-manifest.ts';
import { nativeEngine } from '../support/native.ts';

before(nativeEngine);
const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
after(() => rmSync(folder, { recursive: true }));
const models = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'model');

test('the weights of face-api\'s networks are those tf.io.decodeWeights reads', () => {
  for (const model of ['face_recognition', 'face_expression']) {
    const path = join(models, `${model}_model-weights_manifest.json`);
    const [group] = JSON.parse(readFileSync(path, 'utf8')) as { paths: string[]; weights: io.WeightsManifestEntry[] }[];
    const bytes = Buffer.concat(group.paths.map((name) => readFileSync(join(models, name))));
    const expected = tf.io.decodeWeights(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer, group.weights);
    const weights = readWeightsManifest(path);
    assert.deepEqual([...weights.keys()], Object.keys(expected));
    for (const [name, tensor] of Object.entries(expected)) {
      assert.deepEqual(weights.get(name)?.shape, tensor.shape);
      const values = tensor.dataSync() as Float32Array;
      assert.ok(weights.get(name)?.data.every((v, i) => Math.abs(v - values[i]) <= 1e-6 * Math.max(1, Math.abs(v))), name);
    }
    tf.dispose(expected);
  }
});

test('a manifest that disagrees with its file is refused', () => {
  const path = join(folder, 'x-weights_manifest.json');
  const manifest = (weight: object): void => writeFileSync(path, JSON.stringify([{ paths: ['x.bin'], weights: [weight] }]));
  writeFileSync(join(folder, 'x.bin'), Buffer.alloc(8));
  manifest({ name: 'w', shape: [3], dtype: 'float32' });
  assert.throws(() => readWeightsManifest(path), /ends inside "w"/);
  manifest({ name: 'w', shape: [1], dtype: 'float32' });
  assert.throws(() => readWeightsManifest(path), /expected a weights file of 4 bytes, received 8/);
  manifest({ name: 'w', shape: [1], dtype: 'string' });
  assert.throws(() => readWeightsManifest(path), /"w": expected uint8, uint16, float32, int32, received string/);
});
