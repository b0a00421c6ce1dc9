import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { samplePhotos, scenePhotos } from '../../lib/datasets/photos/samples.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { tf } from '../../lib/engine/tf.ts';
import { decodeImage } from '../../lib/faces/decode.ts';
import { detectFaces, overlap, pixelsTensor } from '../../lib/faces/detect.ts';
import { findFaces } from '../../lib/faces/find.ts';
import { mirrored } from '../../lib/faces/image.ts';
import type { Image } from '../../lib/faces/image.ts';
import { fivePoints, mirrorLandmarks } from '../../lib/faces/landmarks.ts';
import { faceEstimators } from '../../lib/faces/networks/estimators.ts';
import { loadFaceNetworks } from '../../lib/faces/networks/load.ts';
import { packageFolder, readFaceApiWeights } from '../../lib/faces/networks/weights.ts';
import { resizeImage } from '../../lib/faces/resize.ts';
import { applySimilarity, invertSimilarity } from '../../lib/faces/similarity.ts';
import type { Point, Similarity } from '../../lib/faces/similarity.ts';
import { cropSimilarity } from '../../lib/faces/templates.ts';
import { warp } from '../../lib/faces/warp.ts';

/** What the test uses of the package's own JavaScript, which runs on the same tfjs instance as ours. */
interface FaceApi {
  readonly nets: Readonly<Record<string, { loadFromDisk(folder: string): Promise<void>; forwardInput(input: object): unknown }>>;
  readonly NetInput: new (inputs: readonly Tensor[]) => object;
}

const packageDir = packageFolder('@vladmandic/face-api');
let photos: Image[] = [];
let faceApi: FaceApi;

before(async () => {
  await loadEngine({ engine: 'native-cpu' });
  faceApi = createRequire(import.meta.url)('@vladmandic/face-api/dist/face-api.node.js') as FaceApi;
  for (const name of ['ssdMobilenetv1', 'faceLandmark68Net', 'faceRecognitionNet', 'faceExpressionNet']) {
    await faceApi.nets[name].loadFromDisk(join(packageDir, 'model'));
  }
  const folder = await samplePhotos({ download: false });
  photos = await Promise.all(scenePhotos.map(async ({ name }) => (await decodeImage(await readFile(join(folder, name)))).image));
});

const worst = (p: Tensor, q: Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(p, q))).dataSync()[0]);

async function square(image: Image, size: number): Promise<Tensor4D> {
  return pixelsTensor([await resizeImage(image, size, size)]);
}

test('the weights of every network are read with their shapes', () => {
  const weights = readFaceApiWeights(packageDir, 'face_recognition');
  assert.equal(Object.keys(weights).length, 117);
  const count = Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);
  assert.ok(count > 5.5e6 && count < 5.7e6, `${count} values`);
  assert.deepEqual(weights['conv32_down/conv/filters'].shape, [7, 7, 3, 32]);
  assert.equal(Object.keys(readFaceApiWeights(packageDir, 'age_gender')).length > 10, true);
  assert.throws(() => readFaceApiWeights('/nowhere', 'face_expression'), /ENOENT/);
});

test("the four networks equal the package's own to 1e-4 on six photographs", async () => {
  const networks = loadFaceNetworks();
  for (const photo of photos) {
    const [large, face, chip] = [await square(photo, 512), await square(photo, 112), await square(photo, 150)];
    const theirs = faceApi.nets['ssdMobilenetv1'].forwardInput(new faceApi.NetInput([large])) as { boxes: Tensor2D[]; scores: Tensor[] };
    const ours = networks.detect(large);
    assert.ok(worst(tf.squeeze(ours.boxes, [0]), theirs.boxes[0]) < 1e-4);
    assert.ok(worst(tf.squeeze(ours.scores, [0]), theirs.scores[0]) < 1e-4);
    const pairs: readonly (readonly [string, Tensor4D, (x: Tensor4D) => Tensor])[] = [
      ['faceLandmark68Net', face, networks.landmarks], ['faceExpressionNet', face, networks.express], ['faceRecognitionNet', chip, networks.describe],
    ];
    for (const [name, input, run] of pairs) {
      const difference = worst(run(input), faceApi.nets[name].forwardInput(new faceApi.NetInput([input])) as Tensor);
      assert.ok(difference < 1e-4, `${name}: ${difference}`);
    }
  }
  networks.dispose();
});

test('the detector finds the 22 faces of the six photographs, and the same ones in their mirror images', async () => {
  const networks = loadFaceNetworks();
  let found = 0;
  let steady = 0;
  for (const photo of photos) {
    const faces = await findFaces(photo, networks);
    const others = await findFaces(mirrored(photo), networks);
    found += faces.length;
    for (const face of faces) {
      const turned = { ...face.box, x: photo.width - face.box.x - face.box.width };
      const other = others.find((candidate) => overlap(candidate.box, turned) > 0.5);
      assert.ok(other, 'a face is missing in the mirror image');
      if (face.unrest > 0.085) continue;
      steady += 1;
      const shift = cropShift(face.landmarks, other.landmarks, photo.width);
      assert.ok(shift < 1.5, `the crop of the mirrored photograph lies ${shift.toFixed(2)} pixels off at 256`);
    }
  }
  assert.equal(found, 22);
  assert.ok(steady >= 20, `${steady} of 22 faces have steady landmarks`);
  networks.dispose();
});

/** How far apart a crop's corners and those of the mirrored photograph's mirrored crop lie, in pixels at 256. */
function cropShift(landmarks: readonly Point[], other: readonly Point[], width: number): number {
  const plain: Similarity = cropSimilarity(fivePoints(landmarks), 256);
  const back = cropSimilarity(fivePoints(mirrorLandmarks(other, width)), 256);
  const corners: Point[] = [[0, 0], [256, 0], [0, 256], [256, 256]];
  return Math.max(...corners.map((corner) => {
    const [x, y] = applySimilarity(back, applySimilarity(invertSimilarity(plain), corner));
    return Math.hypot(x - corner[0], y - corner[1]);
  }));
}

test('detection and landmarks leave no tensor behind', async () => {
  const networks = loadFaceNetworks();
  await findFaces(photos[0], networks);
  const tensors = tf.memory().numTensors;
  await findFaces(photos[1], networks);
  await detectFaces(photos[2], networks);
  assert.equal(tf.memory().numTensors, tensors);
  networks.dispose();
});

test('estimators run in batches, free what they made, and pass gradients to the picture', async () => {
  const networks = loadFaceNetworks();
  const [face] = await findFaces(photos[0], networks);
  const crop = warp(photos[0], cropSimilarity(fivePoints(face.landmarks), 112), 112).image;
  const estimators = faceEstimators(networks, { batch: 2 });
  const one = tf.tidy(() => tf.div<Tensor4D>(pixelsTensor([crop]), 255));
  const five = tf.tidy(() => tf.tile(one, [5, 1, 1, 1]));
  const start = tf.memory().numTensors;
  const results = [estimators.describe(five), estimators.landmarks(five), estimators.expressionOf(five)];
  // The first use of two networks also loads their weights.
  assert.deepEqual(results.map((r) => r.shape), [[5, 128], [5, 68, 2], [5, 7]]);
  const points = results[1].arraySync() as number[][][];
  assert.ok(Math.hypot(points[4][36][0] - points[0][36][0], points[4][36][1] - points[0][36][1]) < 1e-2);
  assert.ok(Math.abs(points[0][30][0] - 56) < 12 && points[0][8][1] > 90);
  tf.dispose(results);
  const loaded = tf.memory().numTensors;
  tf.dispose([estimators.describe(five), estimators.landmarks(one), estimators.expressionOf(five)]);
  assert.equal(tf.memory().numTensors, loaded);
  assert.ok(loaded > start);
  const gradient = tf.tidy(() => tf.sum(tf.abs(tf.grad((x) => tf.sum(tf.square(estimators.describe(x as Tensor4D))))(one))).dataSync()[0]);
  assert.ok(Number.isFinite(gradient) && gradient > 0);
  tf.dispose([one, five]);
  networks.dispose();
});
