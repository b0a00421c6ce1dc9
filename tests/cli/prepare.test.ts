import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
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
  assert.match(out, /6 photographs, 0 faces, 0 usable: too-small 5, undecodable 1|6 photographs, 0 faces, 0 usable: undecodable 1, too-small 5/);
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

test('the help names the flags', () => {
  const { out } = swapgraph(['prepare', '--help'], work);
  for (const flag of ['--layout', '--frames', '--captions', 'SWAPGRAPH_CAPTION_URL', '--caption-price', '--shards', 'parquet', 'ffmpeg']) assert.ok(out.includes(flag), flag);
});
