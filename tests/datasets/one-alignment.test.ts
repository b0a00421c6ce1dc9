import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { photos } from '../../lib/datasets/photos/dataset.ts';
import { openPrepared } from '../../lib/datasets/photos/prepared.ts';
import { photoSample } from '../../lib/datasets/photos/sample.ts';
import { scenePhotos, samplePhotos } from '../../lib/datasets/photos/samples.ts';
import { prepare } from '../../lib/datasets/prepare/prepare.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { largestFace } from '../../lib/evaluate/swap-photo.ts';
import { decodeImage } from '../../lib/faces/decode.ts';
import { loadFaceNetworks } from '../../lib/faces/networks/load.ts';

test('one photograph is aligned in the same way by prepare, by the data set that run and evaluate read, and by swap', async () => {
  const work = await mkdtemp(join(tmpdir(), 'swapgraph-alignment-'));
  const path = join(await samplePhotos({ download: false }), scenePhotos[2].name);
  for await (const event of prepare([path], work, { workers: 1 })) assert.ok(event.kind.length > 0);
  const prepared = await openPrepared(work);
  const largest = prepared.faces.toSorted((p, q) => q.box.width * q.box.height - p.box.width * p.box.height)[0];

  await loadEngine({ engine: 'native-cpu' });
  const networks = loadFaceNetworks();
  const bytes = await readFile(path);
  for (const size of [256, 112]) {
    const swapped = await largestFace((await decodeImage(bytes)).image, path, networks, { size });
    const crop = await prepared.picture(largest, `image-${size}`);
    const sample = await photoSample(prepared, largest, size);
    assert.deepEqual(sample.fields['image'], crop.data);
    // swap may run on another number of threads, whose last bits differ: landmarks are rounded to 1/1000 pixel, so a byte may differ by 1 where they fall apart.
    const apart = crop.data.filter((value, i) => Math.abs(value - swapped.image.data[i]) > 1).length;
    assert.ok(apart < crop.data.length / 1000, `${apart} of ${crop.data.length} values differ at ${size}`);
    const landmarks = sample.fields['landmarks'] as Float32Array;
    swapped.landmarks.forEach(([x, y], i) => assert.ok(Math.hypot(x - landmarks[2 * i], y - landmarks[2 * i + 1]) < 0.02));
  }
  networks.dispose();
  const dataset = await photos.open({ path: work, identity: 'face', 'split-by': 'identity', 'test-share': 0, 'split-seed': 0, problems: false }, { size: 256, seed: 1 });
  const { target } = await dataset.pair(0, 'train', { sameIdentity: 0, by: 'identity' });
  const shown = prepared.faces.find((face) => face.id === target.id);
  assert.ok(shown);
  assert.deepEqual(target.fields['image'], (await prepared.picture(shown, 'image-256')).data);
  await rm(work, { recursive: true });
});
