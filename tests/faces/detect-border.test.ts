import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { samplePhotos } from '../../lib/datasets/photos/samples.ts';
import { renderedFaces } from '../../lib/datasets/rendered/rendered-faces.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { tf } from '../../lib/engine/tf.ts';
import { decodeImage } from '../../lib/faces/decode.ts';
import { detectFaces } from '../../lib/faces/detect.ts';
import { blankImage, fromUnit } from '../../lib/faces/image.ts';
import type { FaceNetworks } from '../../lib/faces/networks/load.ts';
import { loadFaceNetworks } from '../../lib/faces/networks/load.ts';

let networks: FaceNetworks;
before(async () => {
  await loadEngine({ engine: 'auto' });
  networks = loadFaceNetworks();
});

test('faces that fill the picture are found at the second look, with a border', async () => {
  const size = 128;
  const faces = renderedFaces({ seed: 1, size, scene: { yaw: 45, framing: 'crop', occluded: 0, defects: 0.5 } });
  let [first, second] = [0, 0];
  for (let i = 0; i < 24; i++) {
    const { image, landmarks5 } = faces.sample(i);
    const photo = fromUnit(image, size, size);
    const tensors = tf.memory().numTensors;
    const [plain, bordered] = [await detectFaces(photo, networks, { border: 0 }), await detectFaces(photo, networks)];
    assert.ok(i === 0 || tf.memory().numTensors === tensors);
    if (plain.length > 0) assert.deepEqual(bordered, plain, 'where a face was found nothing changes');
    const nose = [landmarks5[4], landmarks5[5]];
    const holds = ({ x, y, width, height }: (typeof plain)[number]): boolean => nose[0] > x && nose[0] < x + width && nose[1] > y && nose[1] < y + height;
    first += plain.some(holds) ? 1 : 0;
    second += bordered.some(holds) ? 1 : 0;
    for (const { x, y, width, height } of bordered) assert.ok(x >= 0 && y >= 0 && x + width <= size && y + height <= size);
  }
  assert.ok(first < 24 * 0.9 && second >= 24 * 0.9, `${first} and ${second} of 24`);
});

test('a border moves no box: a face lies where it lay', async () => {
  const { image } = await decodeImage(await readFile(join(await samplePhotos({ download: false }), 'sample1.jpg')));
  const [left, top, side] = [300, 130, 430];
  const crop = blankImage(side, side);
  for (let y = 0; y < side; y++) crop.data.set(image.data.subarray(((y + top) * image.width + left) * 3, ((y + top) * image.width + left + side) * 3), y * side * 3);
  const [plain] = await detectFaces(crop, networks, { border: 0 });
  // The second look happens where the first finds nothing: here it is made to.
  const blind: FaceNetworks = { ...networks, detect: blindOnce(networks) };
  const [bordered] = await detectFaces(crop, blind, { border: 0.25 });
  for (const key of ['x', 'y', 'width', 'height'] as const) assert.ok(Math.abs(bordered[key] - plain[key]) < 0.12 * plain.width, `${key}: ${bordered[key]} and ${plain[key]}`);
});

/** A detector whose first look sees nothing. */
function blindOnce(real: FaceNetworks): FaceNetworks['detect'] {
  let looks = 0;
  return (pixels) => {
    const found = real.detect(pixels);
    if (looks++ > 0) return found;
    const scores = tf.zerosLike(found.scores);
    found.scores.dispose();
    return { boxes: found.boxes, scores };
  };
}
