import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { contentHash } from '../../lib/datasets/prepare/contents.ts';
import { stagesOf } from '../../lib/datasets/prepare/own-stages.ts';
import { readPipeline } from '../../lib/datasets/prepare/pipeline.ts';
import { prepare } from '../../lib/datasets/prepare/prepare.ts';
import { writeSafetensors } from '../../lib/weights/safetensors.ts';

let work: string;
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'swapgraph-contents-'));
});
after(() => rm(work, { recursive: true }));

const graph = [
  'kind: graph', 'name: bright', 'inputs: { image: [N, H, W, 3] }', 'nodes:',
  '  cells: { op: avg-pool, in: image, size: 32 }',
  '  light: { op: mean, in: cells, axes: [channels], keep-dims: true }',
  '  head: { op: conv2d, in: light, channels: 6, kernel: 1 }', 'outputs: { head: head }', '',
].join('\n');

/** A pipeline with a detector of our own, its graph and its weights, in `folder`; a bright cell scores above 0.5 if `slope` is 40. */
async function detectorIn(folder: string, slope: number, names = { graph: 'bright.yaml', weights: 'bright.safetensors' }): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, names.graph), graph);
  const weights = new Map([
    ['head.kernel', { shape: [1, 1, 1, 6], data: Float32Array.of(0, 0, 0, 0, slope, slope) }],
    ['head.bias', { shape: [6], data: Float32Array.of(0, 0, 0, 0, -0.8 * slope, -0.8 * slope) }],
  ]);
  await writeSafetensors(join(folder, names.weights), weights);
  const file = join(folder, 'pipeline.yaml');
  await writeFile(file, `kind: prepare\nname: own\nstages:\n  detect: { stage: model, graph: ./${names.graph}, weights: ./${names.weights}, size: 128, strides: [32], anchors: [64, 64] }\n`);
  return file;
}

async function tree(folder: string): Promise<Map<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(await Promise.all(paths.map(async (path) => [path.slice(folder.length), await readFile(path, 'latin1')] as const)));
}

async function prepared(pipeline: string, out: string): Promise<Map<string, string>> {
  const photo = join(work, 'photo.png');
  const bright = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#fff' } }).png().toBuffer();
  await sharp({ create: { width: 128, height: 128, channels: 3, background: '#000' } }).composite([{ input: bright, left: 32, top: 64 }]).png().toFile(photo);
  for await (const event of prepare([photo], out, { pipeline: readPipeline(pipeline), workers: 1 })) assert.ok(event.kind);
  return tree(out);
}

test("a pipeline's hash and its output depend on what its files hold, not on where they lie or what they are called", async () => {
  const here = await detectorIn(join(work, 'ann', 'models'), 40);
  const there = await detectorIn(join(work, 'elsewhere', 'deep', 'bob'), 40, { graph: 'copy-of-bright.yaml', weights: 'epoch-7.safetensors' });
  const other = await detectorIn(join(work, 'eve'), 30);
  assert.equal(readPipeline(there).hash, readPipeline(here).hash);
  assert.notEqual(readPipeline(other).hash, readPipeline(here).hash);

  const [first, second, third] = [await prepared(here, join(work, 'out-1')), await prepared(there, join(work, 'out-2')), await prepared(other, join(work, 'out-3'))];
  assert.deepEqual(second, first);
  const manifest = JSON.parse(String(first.get('/manifest.jsonl')).split('\n')[0]) as { faces: { box: { x: number; y: number } }[] };
  assert.deepEqual(manifest.faces.map(({ box }) => [box.x, box.y]), [[16, 48]]);
  assert.ok(![...first.values()].some((text) => text.includes(work)), 'no path is kept');
  assert.notEqual(third.get('/prepare.json'), first.get('/prepare.json'));
  // one user's folder goes on with the other's copy of the pipeline, and refuses other weights
  assert.deepEqual(await prepared(there, join(work, 'out-1')), first);
  await assert.rejects(prepared(other, join(work, 'out-1')), (error) => error instanceof DiagnosticError && /prepared by another pipeline/.test(error.message));
});

test('files that are not there are told at their stage', async () => {
  const file = await detectorIn(join(work, 'gone'), 40);
  await rm(join(work, 'gone', 'bright.safetensors'));
  assert.throws(() => readPipeline(file), (error) => error instanceof DiagnosticError && /pipeline\.yaml:4:11: error: .*bright\.safetensors: there is no such file/.test(error.message));
});

test('a folder of captions counts by its texts and their names alone', async () => {
  const [here, there] = [join(work, 'texts'), join(work, 'other', 'texts')];
  await mkdir(join(here, 'a'), { recursive: true });
  await writeFile(join(here, 'a', 'b.txt'), 'A face.');
  await cp(here, there, { recursive: true });
  await writeFile(join(there, 'a', 'b.jpg'), 'a picture');
  const hashOf = async (folder: string): Promise<string> => {
    const file = join(work, 'captions.yaml');
    await writeFile(file, `kind: prepare\nstages:\n  caption: { stage: folder, path: ${folder} }\n`);
    return readPipeline(file).hash;
  };
  const before = await hashOf(here);
  assert.equal(await hashOf(there), before);
  await writeFile(join(there, 'a', 'b.txt'), 'Another face.');
  assert.notEqual(await hashOf(there), before);
  assert.notEqual(contentHash(here), contentHash(there));
  assert.throws(() => contentHash(join(work, 'nowhere')), DiagnosticError);
});

test("a stage of one's own is found by a pipeline, and its module's text is part of the hash", async () => {
  const [module, file] = [join(work, 'own.mjs'), join(work, 'own.yaml')];
  const source = "export const whole = { name: 'whole', role: 'detect', doc: 'The whole picture.', attrs: {}, open: () => ({ run: async () => [] }) };\n";
  await writeFile(module, source);
  await writeFile(file, 'kind: prepare\nstages:\n  detect: { stage: whole }\n');
  assert.throws(() => readPipeline(file), /no stage for "detect" is named "whole"/);
  const { hash } = readPipeline(file, await stagesOf([pathToFileURL(module).href]));
  const copy = join(work, 'copy.mjs');
  await writeFile(copy, source);
  assert.equal(readPipeline(file, await stagesOf([pathToFileURL(copy).href])).hash, hash);
  await writeFile(copy, `${source}// changed\n`);
  assert.notEqual(readPipeline(file, await stagesOf([pathToFileURL(copy).href])).hash, hash);
  await writeFile(copy, 'export const nothing = 1;\n');
  await assert.rejects(stagesOf([`${pathToFileURL(copy).href}?again`]), (error) => error instanceof DiagnosticError && /copy\.mjs exports no stage/.test(error.message));
});
