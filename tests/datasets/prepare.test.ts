import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { clusterDescriptors } from '../../lib/datasets/photos/identities.ts';
import { captionPrepared } from '../../lib/datasets/photos/caption.ts';
import type { CaptionEvent } from '../../lib/datasets/photos/caption.ts';
import { exportShards } from '../../lib/datasets/photos/shards.ts';
import { openPrepared } from '../../lib/datasets/photos/prepared.ts';
import { photos } from '../../lib/datasets/photos/dataset.ts';
import { samplePhotos } from '../../lib/datasets/photos/samples.ts';
import { splitOf } from '../../lib/datasets/photos/split.ts';
import { readManifest } from '../../lib/datasets/prepare/finish.ts';
import { readPipeline } from '../../lib/datasets/prepare/pipeline.ts';
import { prepare } from '../../lib/datasets/prepare/prepare.ts';
import { readPoints } from '../../lib/datasets/prepare/stages/model.ts';
import { listTar } from '../../lib/datasets/prepare/tar.ts';
import { clipTokenizer } from '../../lib/faces/captions/clip-bpe.ts';
import { EndpointError } from '../../lib/faces/captions/endpoint.ts';
import { decodeImage } from '../../lib/faces/decode.ts';
import type { PrepareEvent, PrepareOptions } from '../../lib/datasets/prepare/prepare.ts';
import type { PhotoRecord } from '../../lib/datasets/prepare/record.ts';

let work: string;
let input: string;
let out: string;
let events: PrepareEvent[];

async function run(photographs: readonly string[], folder: string, options: PrepareOptions = {}): Promise<PrepareEvent[]> {
  const seen: PrepareEvent[] = [];
  for await (const event of prepare(photographs, folder, options)) seen.push(event);
  return seen;
}

/** Every file under a folder, with its bytes. */
async function tree(folder: string): Promise<Map<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(await Promise.all(paths.map(async (path) => [path.slice(folder.length), (await readFile(path)).toString('base64')] as const)));
}

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'swapgraph-prepare-'));
  input = join(work, 'photos');
  out = join(work, 'out');
  const samples = await samplePhotos({ download: false });
  await mkdir(join(input, 'party'), { recursive: true });
  await mkdir(join(input, 'bar'), { recursive: true });
  const one = sharp(join(samples, 'sample1.jpg'));
  await cp(join(samples, 'sample1.jpg'), join(input, 'party', 'a.jpg'));
  await one.clone().resize(1200).jpeg({ quality: 80 }).toFile(join(input, 'party', 'b-copy.jpg'));
  await one.clone().resize(900).blur(3).jpeg().toFile(join(input, 'party', 'c-blurred.jpg'));
  await one.clone().extract({ left: 100, top: 200, width: 430, height: 500 }).jpeg().toFile(join(input, 'bar', 'd-edge.jpg'));
  await one.clone().extract({ left: 0, top: 700, width: 300, height: 300 }).png().toFile(join(input, 'e-nobody.png'));
  await one.clone().resize(20, 20).png().toFile(join(input, 'f-tiny.png'));
  await cp(join(samples, 'sample4.jpg'), join(input, 'bar', 'g.jpg'));
  await writeFile(join(input, 'h-broken.jpg'), 'no picture');
  await writeFile(join(input, 'i.gif'), '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>');
  await writeFile(join(input, 'notes.txt'), 'not a photograph');
  events = await run([input], out, { workers: 2 });
});

after(() => rm(work, { recursive: true, force: true }));

async function records(folder: string): Promise<Map<string, PhotoRecord>> {
  const found = new Map<string, PhotoRecord>();
  for await (const record of readManifest(folder)) found.set(record.photo, record);
  return found;
}

test('every photograph has one outcome, and all are counted', async () => {
  const found = await records(out);
  assert.deepEqual([...found.keys()], [...found.keys()].sort());
  const outcome = (name: string) => found.get(name)?.outcome;
  assert.equal(outcome('party/a.jpg'), 'several-faces');
  assert.equal(outcome('party/b-copy.jpg'), 'no-usable-face');
  assert.equal(outcome('e-nobody.png'), 'no-face');
  assert.equal(outcome('f-tiny.png'), 'too-small');
  assert.equal(outcome('h-broken.jpg'), 'undecodable');
  assert.equal(outcome('i.gif'), 'unsupported-format');
  assert.equal(found.get('bar/g.jpg')?.faces.length, 4);
  const last = events.at(-1);
  assert.ok(last?.kind === 'done');
  assert.equal(last.summary.photographs, 9);
  assert.equal(last.summary.ignored, 1);
  assert.equal(Object.values(last.summary.outcomes).reduce((p, q) => p + q, 0), 9);
  assert.deepEqual(JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')), last.summary);
});

test('a copy is a duplicate of the first, a blurred one is blurred, a cut one is cut off', async () => {
  const found = await records(out);
  const first = found.get('party/a.jpg')?.faces.map((face) => face.id) ?? [];
  for (const face of found.get('party/b-copy.jpg')?.faces ?? []) {
    assert.deepEqual(face.problems, ['duplicate']);
    assert.ok(first.includes(String(face['duplicate-of'])));
  }
  assert.equal(found.get('party/b-copy.jpg')?.faces.length, 3);
  const blurred = found.get('party/c-blurred.jpg')?.faces ?? [];
  assert.ok(blurred.length > 0 && blurred.every((face) => face.problems.includes('blurred')), JSON.stringify(blurred.map((f) => [f.problems, f.fields['sharpness']])));
  assert.ok(first.length === 3 && found.get('party/a.jpg')?.faces.every((face) => face.problems.length === 0));
  const edge = found.get('bar/d-edge.jpg')?.faces ?? [];
  assert.ok(edge.length === 1 && edge[0].problems.includes('cut-off'), JSON.stringify(edge.map((f) => [f.problems, f.fields['coverage']])));
});

test('one worker gives the same bytes as two, and a second run does nothing again', async () => {
  const [one, two] = [join(work, 'one-worker'), join(work, 'two-workers')];
  const few = [join(input, 'party', 'b-copy.jpg'), join(input, 'bar', 'd-edge.jpg'), join(input, 'e-nobody.png'), join(input, 'h-broken.jpg')];
  await run(few, one, { workers: 1 });
  await run(few, two, { workers: 2 });
  const whole = await tree(one);
  assert.ok(whole.size > 15);
  assert.deepEqual(await tree(two), whole);
  const again = await run(few, one, { workers: 2 });
  assert.ok(again.filter((event) => event.kind === 'photo').every((event) => event.resumed));
  assert.deepEqual(await tree(one), whole);
});

test('another pipeline is not mixed into the folder', async () => {
  const file = join(work, 'ffhq.yaml');
  await writeFile(file, `extends: ${readPipelinePath()}\nname: ffhq\nset: { /stages/align/template: ffhq }\n`);
  const pipeline = readPipeline(file);
  assert.equal(pipeline.stages.find((stage) => stage.role === 'align')?.attrs['template'], 'ffhq');
  await assert.rejects(run([input], out, { pipeline }), (error) => error instanceof DiagnosticError && /another pipeline/.test(error.message));
});

function readPipelinePath(): string {
  return new URL('../../experiments/prepare/default.yaml', import.meta.url).pathname;
}

test('mistakes in a pipeline are named with their places', async () => {
  const wrong = async (text: string) => {
    const file = join(work, 'wrong.yaml');
    await writeFile(file, text);
    try {
      readPipeline(file);
    } catch (error) {
      assert.ok(error instanceof DiagnosticError, String(error));
      return error.message.replaceAll(`${work}/`, '');
    }
    return assert.fail('accepted');
  };
  assert.match(await wrong('kind: graph\n'), /wrong.yaml:1:7: error: expected "kind: prepare"/);
  assert.match(await wrong('kind: prepare\nstages: { dedect: { stage: x } }\n'), /2:11: error: stages has no "dedect" \(did you mean "detect"\?\)/);
  assert.match(await wrong('kind: prepare\nstages:\n  detect: { stage: ssd-mobilnet }\n'), /3:20: .*did you mean "ssd-mobilenet"/);
  assert.match(await wrong('kind: prepare\nstages:\n  detect: { stage: ssd-mobilenet, min-score: 2 }\n'), /3:46: .*"min-score" of ssd-mobilenet/);
  assert.match(await wrong('kind: prepare\nstages:\n  crop: { stage: crops, size: 3 }\n'), /3:25: .*crops has no "size" \(did you mean "sizes"\?\)/);
  assert.match(await wrong('kind: prepare\nstages:\n  crop: 3\n'), /3:9: .*expected \{ stage: NAME/);
  assert.match(await wrong('kind: prepare\nstages:\n  mask: { stage: model, graph: ./none.yaml, size: 128 }\n'), /3:9: .*none\.yaml: there is no such file/);
});

test('the folder opens as a data set: fields, identities, checksums', async () => {
  const prepared = await openPrepared(out);
  assert.ok(prepared.faces.length >= 6 && prepared.setAside >= 4);
  assert.deepEqual([...new Set(prepared.faces.map((face) => face.identity))].sort(), ['bar', 'party']);
  assert.notEqual(prepared.hash, (await openPrepared(out, { identity: 'face' })).hash);
  const [face] = prepared.faces;
  const large = await prepared.picture(face, 'image-256');
  assert.deepEqual([large.width, large.height], [256, 256]);
  await assert.rejects(prepared.picture(face, 'image-64'), /they have: .*image-256/);
  const copy = join(work, 'changed');
  await cp(out, copy, { recursive: true });
  await writeFile(join(copy, face.files['image-256'].path), await sharp(large.data, { raw: { width: 256, height: 256, channels: 3 } }).modulate({ brightness: 0.5 }).png().toBuffer());
  await assert.rejects((await openPrepared(copy)).picture(face, 'image-256'), /was changed/);
  await assert.rejects(openPrepared(work), (error) => error instanceof DiagnosticError && /no prepared folder/.test(error.message));
  await rm(join(copy, 'summary.json'));
  await assert.rejects(openPrepared(copy), /not prepared to the end/);
});

test('pairs of the data set are fixed by seed and index, and its fields have their shapes', async () => {
  const attrs = { path: out, identity: 'face', 'split-by': 'identity', 'test-share': 0.3, 'split-seed': 3, problems: false } as const;
  const dataset = await photos.open(attrs, { size: 64, seed: 5 });
  const policy = { sameIdentity: 0, by: 'identity' } as const;
  const pair = await dataset.pair(4, 'train', policy);
  const again = await (await photos.open(attrs, { size: 64, seed: 5 })).pair(4, 'train', policy);
  assert.deepEqual(again, pair);
  assert.notEqual(pair.source.identity, pair.target.identity);
  for (const [name, spec] of Object.entries(dataset.fields)) {
    const value = pair.source.fields[name];
    if (spec.dtype === 'text') assert.equal(typeof value, 'string');
    else assert.equal(value.length, spec.shape.reduce((p, q) => p * q, 1), name);
  }
  const landmarks = pair.source.fields['landmarks'] as Float32Array;
  assert.ok(Math.abs((landmarks[36 * 2] + landmarks[45 * 2]) / 2 - 32) < 5, 'the eyes lie about the middle of the crop');
  assert.ok([...(pair.source.fields['pose'] as Float32Array)].every((angle) => Math.abs(angle) < 60));
  assert.equal((dataset.length('train') ?? 0) + (dataset.length('test') ?? 0), (await openPrepared(out)).faces.length);
});

test('a split moves no name when others come or go, and keeps its share', () => {
  const names = Array.from({ length: 2000 }, (_, i) => `person-${i}`);
  const share = names.filter((name) => splitOf(name, 0, 0.2) === 'test').length / names.length;
  assert.ok(Math.abs(share - 0.2) < 0.03);
  assert.notDeepEqual(names.map((name) => splitOf(name, 0, 0.2)), names.map((name) => splitOf(name, 1, 0.2)));
});

test('descriptors are grouped by average linkage', () => {
  const at = (x: number, y: number) => [x, y];
  assert.deepEqual(clusterDescriptors([at(0, 0), at(5, 5), at(0.1, 0), at(5, 5.2), at(0.2, 0.1), at(9, 0)]), [0, 1, 0, 1, 0, 5]);
  assert.deepEqual(clusterDescriptors([]), []);
});

test('the default pipeline gives depth, pose and captions, and a page to look at', async () => {
  const prepared = await openPrepared(out);
  for (const face of prepared.faces) {
    assert.deepEqual(Object.keys(face.files).sort(), ['depth-256', 'image-112', 'image-256', 'mask-256']);
    assert.match(String(face.fields['caption']), /^A face seen /);
    assert.ok(Number(face.fields['mesh-presence']) > 0.9);
  }
  const depth = await prepared.picture(prepared.faces[0], 'depth-256');
  const at = (x: number, y: number) => depth.data[(y * 256 + x) * 3];
  assert.ok(at(128, 160) > at(88, 120) && at(2, 2) === 0, 'the nose is nearer than the eye, and the corner is empty');
  const page = await readFile(join(out, 'index.html'), 'utf8');
  for (const { id } of prepared.faces) assert.ok(page.includes(`<article id="${id}"`));
  assert.ok(page.includes('undecodable') && page.includes('duplicate of') && !page.includes('http'));
});

test('a stage takes any graph: a stand-in for a mask network', async () => {
  const graph = join(work, 'stand-in.yaml');
  await writeFile(graph, [
    'kind: graph', 'name: stand-in', 'doc: Brightness as a mask.', 'inputs: { image: [N, H, W, 3] }', 'nodes:',
    '  mask: { op: mean, in: image, axes: [channels], keep-dims: true }', 'outputs: { mask: mask }',
  ].join('\n'));
  const file = join(work, 'with-model.yaml');
  await writeFile(file, `extends: ${readPipelinePath()}\nname: with-model\nset: { /stages/mask: { stage: model, graph: ./stand-in.yaml, size: 128 } }\nremove: [/stages/depth]\n`);
  const pipeline = readPipeline(file);
  const folder = join(work, 'with-model');
  await run([join(input, 'party', 'b-copy.jpg')], folder, { pipeline, workers: 1 });
  const prepared = await openPrepared(folder);
  const [face] = prepared.faces;
  const mask = await prepared.picture(face, 'mask-128');
  const crop = await prepared.picture(face, 'image-256');
  const mean = (x: number, y: number) => [0, 1, 2].reduce((sum, c) => sum + crop.data[(y * 256 + x) * 3 + c] / 3, 0);
  assert.ok(Math.abs(mask.data[(64 * 128 + 64) * 3] - (mean(128, 128) + mean(129, 128) + mean(128, 129) + mean(129, 129)) / 4) < 6);
  await writeFile(graph, (await readFile(graph, 'utf8')).replace('op: mean', 'op: max'));
  assert.notEqual(readPipeline(file).hash, pipeline.hash, 'another graph under the same name is another pipeline');
});

test('landmarks are read from heat maps and from shares', () => {
  const shares = Float32Array.from({ length: 136 }, (_, i) => (i % 2 ? 0.5 : 0.25));
  assert.deepEqual(readPoints([136], shares, 100)[67], [25, 50]);
  const heat = new Float32Array(8 * 8 * 68);
  heat[(3 * 8 + 5) * 68 + 2] = 1;
  heat[(3 * 8 + 6) * 68 + 2] = 0.5;
  assert.deepEqual(readPoints([8, 8, 68], heat, 64)[2], [46, 28]);
  assert.throws(() => readPoints([8, 8, 5], new Float32Array(320), 64), /landmark model/);
});

test('captions are asked for once, held to the rules, resumed, and reach the data set', async () => {
  const folder = join(work, 'captioned');
  await cp(out, folder, { recursive: true });
  const tokenizer = clipTokenizer('#version\n');
  let asked = 0;
  const captioner = {
    name: 'fake',
    caption: () => {
      asked += 1;
      if (asked === 2) return Promise.reject(new EndpointError('busy', true));
      return Promise.resolve(asked < 6 ? 'word '.repeat(80) : `a face ${asked}`);
    },
  };
  const collect = async (): Promise<CaptionEvent[]> => {
    const seen: CaptionEvent[] = [];
    for await (const event of captionPrepared(folder, { captioner, tokenizer, parallel: 1, price: 0.01 })) seen.push(event);
    return seen;
  };
  const faces = (await openPrepared(folder)).faces.length;
  const first = await collect();
  assert.deepEqual(first[0], { kind: 'estimate', faces, captioned: 0, toAsk: faces, cost: 0.01 * faces, most: 0.01 * faces * 3 });
  assert.deepEqual(first.at(-1), { kind: 'done', captioned: faces - 2, refused: 1, failed: 1 });
  assert.ok(first.some((event) => event.kind === 'caption' && /fewer than 70 words/.test(event.line.refused ?? '')));
  const second = await collect();
  assert.ok(second[0].kind === 'estimate' && second[0].toAsk === 1);
  assert.deepEqual(second.at(-1), { kind: 'done', captioned: faces - 1, refused: 1, failed: 0 });
  const opened = await openPrepared(folder);
  assert.ok(opened.faces.filter((face) => /^a face \d+$/.test(String(face.fields['caption']))).length === faces - 1);
  assert.notEqual(opened.hash, (await openPrepared(out)).hash);
});

test('shards hold every usable face, and their bytes are fixed', async () => {
  const shards = await exportShards(out, join(work, 'shards'), { perShard: 4 });
  assert.deepEqual(await exportShards(out, join(work, 'shards-again'), { perShard: 4 }), shards);
  const prepared = await openPrepared(out);
  assert.equal(shards.reduce((sum, shard) => sum + shard.faces, 0), prepared.faces.length);
  const path = join(work, 'shards', shards[0].name);
  const members = await listTar(path);
  const id = prepared.faces[0].id;
  const image = members.find((member) => member.name === `${id}.image-256.png`);
  assert.ok(image && members.some((member) => member.name === `${id}.json`));
  const bytes = (await readFile(path)).subarray(image.offset, image.offset + image.size);
  assert.deepEqual((await decodeImage(bytes)).image.data, (await prepared.picture(prepared.faces[0], 'image-256')).data);
});
