import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openDataset } from '../../lib/datasets/open.ts';
import { tf } from '../../lib/engine/tf.ts';
import { measureControls } from '../../lib/evaluate/controls.ts';
import { openEvaluationSet } from '../../lib/evaluate/evaluation-set.ts';
import { loadFaceNetworks, type FaceNetworks } from '../../lib/faces/networks/load.ts';
import { createFaceMeasurer } from '../../lib/metrics/face-measurer.ts';
import { createStandardMetrics } from '../../lib/metrics/index.ts';
import { samplePicture, type Picture } from '../../lib/metrics/picture.ts';
import { fillUniform } from '../../lib/random/fill.ts';
import { nativeEngine } from '../support/native.ts';

const folder = mkdtempSync(join(tmpdir(), 'measurer-'));
let networks: FaceNetworks;
before(async () => {
  process.env.SWAPGRAPH_CACHE = folder;
  await nativeEngine();
  networks = loadFaceNetworks();
});
after(() => {
  networks.dispose();
  rmSync(folder, { recursive: true });
});

const size = 96;
const garbage = (i: number, cells: number): Picture => {
  const noise = new Float32Array(cells * cells * 3);
  fillUniform(noise, i, ['garbage']);
  const data = tf.tidy(() => tf.image.resizeBilinear(tf.tensor3d(noise, [cells, cells, 3]), [size, size], false, true).dataSync() as Float32Array);
  return { key: data, size, data };
};

test('faces are seen in rendered faces and not in flat, washed-out or noisy pictures', async () => {
  const dataset = await openDataset({ name: 'rendered-faces', attrs: {}, options: { size, seed: 3 } });
  const pairs = await Promise.all(Array.from({ length: 20 }, (_, i) => dataset.pair(i, 'test', { sameIdentity: 0, by: 'identity' })));
  const samples = pairs.flatMap((p) => [p.source, p.target]);
  const measurer = createFaceMeasurer(networks);
  const poses = measurer.pose(samples.map(samplePicture));
  assert.ok(poses.filter((p) => p !== undefined).length >= 38, `${poses.filter((p) => p === undefined).length} of 40 faces were not seen`);
  const yaws = samples.map((s, i) => [(s.fields.pose as Float32Array)[0], poses[i]?.yaw ?? NaN]).filter(([, seen]) => !Number.isNaN(seen));
  assert.ok(correlation(yaws) > 0.9, `yaw is estimated with a correlation of ${correlation(yaws)}`);
  const nothing = measurer.express([...Array(10).keys()].flatMap((i) => [garbage(i, 1), garbage(i, 6), garbage(i, size)]));
  assert.ok(nothing.filter((v) => v === undefined).length >= 27, `${nothing.filter((v) => v !== undefined).length} of 30 pictures of nothing passed as faces`);
});

test('a picture is measured once, and no tensor stays', () => {
  let calls = 0;
  const counting: FaceNetworks = { ...networks, describe: (x) => (calls++, networks.describe(x)) };
  const measurer = createFaceMeasurer(counting);
  const pictures = [garbage(1, 6), garbage(2, 6)];
  measurer.describe(pictures);
  const tensors = tf.memory().numTensors;
  const again = measurer.describe([pictures[1], garbage(3, 6), pictures[1]]);
  assert.equal(calls, 2);
  assert.equal(again[0], again[2]);
  measurer.pose(pictures.map((p) => ({ ...p, key: {} })));
  assert.equal(tf.memory().numTensors, tensors);
});

test('the controls order the metrics as they must', async () => {
  const dataset = await openDataset({ name: 'rendered-faces', attrs: { yaw: 30, occluded: 0 }, options: { size, seed: 4 } });
  const set = await openEvaluationSet(dataset, { pairs: 12, fields: [] });
  const controls = await measureControls(set, createStandardMetrics({ networks: () => networks, ...(set.oracle ? { oracle: set.oracle } : {}) }));
  assert.deepEqual(Object.keys(controls), ['copy-target', 'paste-source', 'oracle']);
  const of = (control: keyof typeof controls, metric: string): number => controls[control]?.[metric].value ?? NaN;
  assert.equal(of('copy-target', 'id-retrieval'), 0);
  assert.equal(of('copy-target', 'pose-error'), 0);
  assert.equal(of('copy-target', 'psnr-outside-mask'), 100);
  assert.ok(Math.abs(of('copy-target', 'id-residual') - 1) < 1e-5);
  assert.equal(of('oracle', 'oracle-l1'), 0);
  assert.ok(of('copy-target', 'oracle-l1') > 0);
  assert.ok(of('paste-source', 'csim') > of('copy-target', 'csim'));
  assert.ok(of('oracle', 'csim') > of('copy-target', 'csim'));
  assert.ok(of('paste-source', 'pose-error') > of('oracle', 'pose-error'));
});

function correlation(pairs: readonly (readonly number[])[]): number {
  const mean = (k: number): number => pairs.reduce((sum, p) => sum + p[k], 0) / pairs.length;
  const [a, b] = [mean(0), mean(1)];
  const product = (i: number, j: number): number => pairs.reduce((sum, p) => sum + (p[i] - [a, b][i]) * (p[j] - [a, b][j]), 0);
  return product(0, 1) / Math.sqrt(product(0, 0) * product(1, 1));
}
