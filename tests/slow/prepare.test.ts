import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { samplePhotos } from '../../lib/datasets/photos/samples.ts';
import { readManifest } from '../../lib/datasets/prepare/finish.ts';
import { prepare } from '../../lib/datasets/prepare/prepare.ts';
import type { PhotoRecord } from '../../lib/datasets/prepare/record.ts';
import { decodeImage, DecodeError } from '../../lib/faces/decode.ts';
import { mirrored } from '../../lib/faces/image.ts';
import { stream } from '../../lib/random/stream.ts';

let work: string;
let samples: string;

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'swapgraph-slow-prepare-'));
  samples = await samplePhotos();
});

after(() => rm(work, { recursive: true, force: true }));

async function tree(folder: string): Promise<Map<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(await Promise.all(paths.map(async (path) => [path.slice(folder.length), (await readFile(path)).toString('base64')] as const)));
}

async function records(input: string, out: string): Promise<Map<string, PhotoRecord>> {
  for await (const event of prepare([input], out, { workers: 2 })) assert.ok(event.kind.length > 0);
  const found = new Map<string, PhotoRecord>();
  for await (const record of readManifest(out)) found.set(record.photo, record);
  return found;
}

/** Runs the helper in its own process group; resolves to its exit code, or to null where it was killed after `milliseconds`. */
async function runChild(input: string, out: string, workers: number, milliseconds?: number): Promise<number | null> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'prepare-child.ts'), input, out, String(workers)], { detached: true, stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  if (milliseconds !== undefined) {
    await Promise.race([sleep(milliseconds), ended]);
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }
  return ended;
}

test('killed ten times at random moments and run again: the bytes of an undisturbed run', async () => {
  const input = join(work, 'many');
  await mkdir(join(input, 'sub'), { recursive: true });
  for (let i = 0; i < 30; i++) {
    await sharp(join(samples, `sample${(i % 6) + 1}.jpg`)).resize(800 + 8 * i).modulate({ brightness: 0.85 + 0.01 * i }).jpeg().toFile(join(input, i % 2 ? 'sub' : '', `p${i}.jpg`));
  }
  await writeFile(join(input, 'broken.jpg'), 'no picture');
  const calm = join(work, 'calm');
  const disturbed = join(work, 'disturbed');
  assert.equal(await runChild(input, calm, 1), 0);
  const moments = stream(11, 'kills');
  let killed = 0;
  for (let i = 0; i < 10; i++) if ((await runChild(input, disturbed, 1 + (i % 3), 1500 + moments.uniform() * 4500)) === null) killed += 1;
  assert.ok(killed >= 5, `${killed} of 10 runs were killed before they were done`);
  assert.equal(await runChild(input, disturbed, 2), 0);
  assert.deepEqual(await tree(disturbed), await tree(calm));
});

test('mirrored and EXIF-rotated copies give the same crops within 1.5 pixels at 256', async () => {
  const input = join(work, 'copies');
  await mkdir(input);
  for (const name of ['sample1.jpg', 'sample3.jpg', 'sample6.jpg', 'astronaut.png']) {
    const { image } = await decodeImage(await readFile(join(samples, name)));
    const raw = { raw: { width: image.width, height: image.height, channels: 3 as const } };
    await sharp(image.data, raw).png({ compressionLevel: 1 }).toFile(join(input, `${name}-plain.png`));
    await sharp(mirrored(image).data, raw).png({ compressionLevel: 1 }).toFile(join(input, `${name}-mirrored.png`));
    await sharp(await sharp(image.data, raw).rotate(270).png().toBuffer()).withMetadata({ orientation: 6 }).png({ compressionLevel: 1 }).toFile(join(input, `${name}-turned.png`));
  }
  const found = await records(input, join(work, 'copies-out'));
  const pointsOf = (photo: string) => (found.get(photo)?.faces ?? []).map((face) => face.points ?? []);
  let faces = 0;
  for (const name of ['sample1.jpg', 'sample3.jpg', 'sample6.jpg', 'astronaut.png']) {
    const width = found.get(`${name}-plain.png`)?.width ?? 0;
    assert.deepEqual(pointsOf(`${name}-turned.png`), pointsOf(`${name}-plain.png`), 'the turned file shows the very same pixels');
    for (const face of found.get(`${name}-plain.png`)?.faces ?? []) {
      const transform = (face.fields['transforms'] as unknown as Record<string, { a: number; b: number }>)['256'];
      const scale = Math.hypot(transform.a, transform.b);
      const [left, right, nose, mouthLeft, mouthRight] = face.points ?? [];
      const turned = [right, left, nose, mouthRight, mouthLeft].map(([x, y]) => [width - x, y]);
      const shift = Math.min(...pointsOf(`${name}-mirrored.png`).map((other) => Math.max(...other.map(([x, y], i) => Math.hypot(x - turned[i][0], y - turned[i][1]) * scale))));
      assert.ok(shift < 1.5, `${name}: ${shift.toFixed(2)} pixels`);
      faces += 1;
    }
  }
  assert.equal(faces, 11);
});

test('a picture of 100 megapixels and a tiny one have their outcomes, in bounded memory', async () => {
  const input = join(work, 'sizes');
  await mkdir(input);
  await sharp(join(samples, 'astronaut.png')).resize(10_000, 10_000).jpeg({ quality: 70 }).toFile(join(input, 'huge.jpg'));
  await sharp(join(samples, 'astronaut.png')).resize(24, 24).png().toFile(join(input, 'tiny.png'));
  await cp(join(samples, 'astronaut.png'), join(input, 'usual.png'));
  const found = await records(input, join(work, 'sizes-out'));
  assert.equal(found.get('tiny.png')?.outcome, 'too-small');
  const [huge, usual] = [found.get('huge.jpg'), found.get('usual.png')];
  assert.equal(huge?.width, 10_000);
  const scale = 10_000 / 512;
  usual?.faces[0].points?.forEach(([x, y], i) => {
    const [u, v] = huge?.faces[0].points?.[i] ?? [0, 0];
    assert.ok(Math.hypot(u / scale - x, v / scale - y) < 1.5, 'the points are in the pixels of the photograph itself');
  });
});

test('5,000 byte-mutated picture files: each decodes or is refused by a stable word', async () => {
  const small = sharp(join(samples, 'astronaut.png')).resize(48, 48);
  const seeds = [
    await small.clone().jpeg().toBuffer(), await small.clone().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(), await small.clone().png().toBuffer(),
    await small.clone().webp().toBuffer(), await small.clone().tiff({ compression: 'lzw' }).toBuffer(), await small.clone().gif().toBuffer(), await small.clone().avif({ effort: 0 }).toBuffer(),
    await small.clone().toColourspace('cmyk').jpeg().toBuffer(),
  ];
  const faults = new Map<string, number>();
  for (let i = 0; i < 5000; i++) {
    const draws = stream(5, 'mutation', i);
    const bytes = Buffer.from(seeds[i % seeds.length]);
    const edits = 1 + draws.integer(16);
    for (let k = 0; k < edits; k++) bytes[draws.uniform() < 0.5 ? draws.integer(Math.min(bytes.length, 200)) : draws.integer(bytes.length)] = draws.integer(256);
    const cut = draws.uniform() < 0.2 ? bytes.subarray(0, draws.integer(bytes.length)) : bytes;
    try {
      const { image } = await decodeImage(cut, { maxPixels: 50_000_000 });
      assert.equal(image.data.length, image.width * image.height * 3);
      faults.set('decoded', (faults.get('decoded') ?? 0) + 1);
    } catch (error) {
      assert.ok(error instanceof DecodeError, `mutation ${i}: ${String(error)}`);
      faults.set(error.fault, (faults.get(error.fault) ?? 0) + 1);
    }
  }
  assert.equal([...faults.values()].reduce((p, q) => p + q, 0), 5000);
  assert.ok((faults.get('decoded') ?? 0) > 500 && (faults.get('undecodable') ?? 0) > 500, JSON.stringify([...faults]));
});
