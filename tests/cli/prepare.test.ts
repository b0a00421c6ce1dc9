import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT } from '../golden/shipped.ts';
import { swapgraph } from '../support/command.ts';

const fixtures = join(import.meta.dirname, '../datasets/fixtures');
let work: string;

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'swapgraph-cli-prepare-'));
});

after(() => rm(work, { recursive: true }));

test('a data set in its layout is listed against the published counts, prepared with its labels and packed into shards', async () => {
  const root = join(work, 'set');
  await mkdir(root);
  await copyFile(join(fixtures, 'snappy.parquet'), join(root, 'train-00000-of-00002.parquet'));
  const { code, out, err } = swapgraph(['prepare', root, '-o', join(work, 'out'), '--layout', 'parquet', '--workers', '1', '--shards', join(work, 'shards')], work, { SWAPGRAPH_CACHE: join(work, 'cache') });
  assert.equal(code, 0, err);
  assert.match(err, /parquet: 6 photographs, 3 identities\n {2}1 of 2 files of "train" are not there/);
  assert.match(out, /^6 photographs, 0 faces, 0 usable: too-small 5, undecodable 1$/m);
  assert.doesNotMatch(out, /Train on it/);
  assert.match(out, /0 shards with 0 faces/);
  const [first] = (await readFile(join(work, 'out', 'manifest.jsonl'), 'utf8')).split('\n');
  assert.deepEqual((JSON.parse(first) as { label: unknown }).label, { identity: 'ann', tags: { caption: 'face 0' }, split: 'train' });
  assert.deepEqual(JSON.parse(await readFile(join(work, 'shards', 'shards.json'), 'utf8')), []);
});

test('what is missing is told before any work: the endpoint, ffmpeg, the layout', async () => {
  const endpoint = swapgraph(['prepare', fixtures, '-o', join(work, 'a'), '--captions', 'endpoint'], work, { SWAPGRAPH_CAPTION_URL: '' });
  assert.equal(endpoint.code, 1);
  assert.match(endpoint.err, /SWAPGRAPH_CAPTION_URL is not set/);
  await writeFile(join(work, 'film.mp4'), 'no film');
  const film = swapgraph(['prepare', join(work, 'film.mp4'), '-o', join(work, 'b')], work, { PATH: dirname(process.execPath) === '/usr/bin' ? '/nowhere' : dirname(process.execPath) });
  assert.equal(film.code, 1);
  assert.match(film.err, /film\.mp4 is a video, and ffmpeg is not installed/);
  const layout = swapgraph(['prepare', fixtures, '-o', join(work, 'c'), '--layout', 'imagenet'], work);
  assert.equal(layout.code, 2);
  assert.match(layout.err, /expected folder, vggface2/);
});

test('Ctrl-C ends with what goes on, and is no defect', async () => {
  const child = spawn(process.execPath, [join(ROOT, 'lib/cli/bin.mjs'), 'prepare', join(ROOT, 'docs/guide/images'), '-o', join(work, 'd'), '--workers', '1'], { cwd: work, env: { ...process.env, SWAPGRAPH_CACHE: join(work, 'cache') } });
  let err = '';
  child.stderr.on('data', (part: Buffer) => {
    err += part.toString();
    if (err.includes('1 worker')) child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 130, err);
  assert.match(err, /Interrupted; the same command goes on\.\n$/);
});

test("a pipeline names a plugin's stage", async () => {
  await writeFile(join(work, 'corner.mjs'), "export const corner = { name: 'corner', role: 'detect', doc: 'The upper left corner.', attrs: { side: { type: 'integer', default: 2 } }, open: ({ side }) => ({ run: async () => [{ box: { x: 0, y: 0, width: side, height: side, score: 1 }, pictures: {}, fields: {}, problems: [] }] }) };\n");
  await writeFile(join(work, 'corner.yaml'), 'kind: prepare\nname: corner\nstages:\n  detect: { stage: corner, side: 5 }\n');
  const photo = join(ROOT, 'docs/guide/images/swaps.png');
  const { code, out, err } = swapgraph(['prepare', photo, '-o', 'corners', '--pipeline', 'corner.yaml', '--plugin', 'corner.mjs', '--workers', '1'], work);
  assert.equal(code, 0, err);
  assert.match(out, /^1 photograph, 1 face, 1 usable: one-face 1$/m);
  assert.match(await readFile(join(work, 'corners', 'manifest.jsonl'), 'utf8'), /"box":\{"x":0,"y":0,"width":5,"height":5,"score":1\}/);
  const without = swapgraph(['prepare', photo, '-o', 'corners', '--pipeline', 'corner.yaml'], work);
  assert.equal(without.code, 1);
  assert.match(without.err, /corner\.yaml:4:20: error: no stage for "detect" is named "corner"/);
});

test('a folder that is none, or that lies otherwise, or holds no photograph, is told', async () => {
  await mkdir(join(work, 'plain', 'ann'), { recursive: true });
  await writeFile(join(work, 'plain', 'ann', 'a.jpg'), 'x');
  const told = (...args: readonly string[]): string => {
    const { code, out, err } = swapgraph(['prepare', ...args, '-o', 'nothing'], work);
    assert.deepEqual([code, out], [1, ''], err);
    assert.doesNotMatch(err, /defect/);
    return err;
  };
  assert.match(told('plain', '--layout', 'vggface2'), /error: nothing in plain lies as in VGGFace2: train\/IDENTITY\/PHOTO_FACE\.jpg[^]*there is, for instance, ann\/a\.jpg/);
  assert.match(told('nowhere', '--layout', 'lpff'), /error: --layout reads a folder, and nowhere is none/);
  assert.match(told(join('plain', 'ann', 'a.jpg'), '--layout', 'folder'), /is none/);
  await mkdir(join(work, 'bare'));
  await writeFile(join(work, 'bare', 'notes.txt'), 'x');
  assert.match(told('bare'), /error: there is no photograph in bare \(1 other files\)/);
  assert.match(told('plain', '--captions', 'endpont'), /expected "endpoint" or a folder of text files, received "endpont"/);
  assert.match(told('plain', '--captions', 'endpoint', '--caption-budget', '3'), /--caption-budget needs --caption-price/);
});

test('the help names the flags', () => {
  const { out } = swapgraph(['prepare', '--help'], work);
  for (const flag of ['--layout', '--frames', '--captions', 'SWAPGRAPH_CAPTION_URL', '--caption-price', '--caption-budget', '--caption-rate', '--shards', 'parquet', 'ffmpeg']) assert.ok(out.includes(flag), flag);
});
