import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { layoutNamed } from '../../lib/datasets/photos/layouts/index.ts';
import { defaultParquetLimits } from '../../lib/datasets/prepare/parquet-limits.ts';
import { extractRows } from '../../lib/datasets/prepare/parquet-rows.ts';
import { parquetSources } from '../../lib/datasets/prepare/parquet.ts';
import { listPhotos } from '../../lib/datasets/prepare/sources.ts';
import { decodeImage } from '../../lib/faces/decode.ts';
import { stream } from '../../lib/random/stream.ts';

// Written by pyarrow (make-parquet-fixtures.py): rows 0..4 are 8 x 8 pictures of colour (40 k, 255 - 40 k, 128), row 5 has a path only.
const fixtures = join(import.meta.dirname, 'fixtures');
let work: string;
const cacheBefore = process.env['SWAPGRAPH_CACHE'];

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'swapgraph-parquet-'));
  process.env['SWAPGRAPH_CACHE'] = join(work, 'cache');
});

after(async () => {
  if (cacheBefore === undefined) delete process.env['SWAPGRAPH_CACHE'];
  else process.env['SWAPGRAPH_CACHE'] = cacheBefore;
  await rm(work, { recursive: true });
});

test('every compression gives the rows with their pictures, identities and captions', async () => {
  for (const codec of ['snappy', 'zstd', 'gzip', 'none']) {
    const rows = await parquetSources(join(fixtures, `${codec}.parquet`), 'a.parquet');
    assert.deepEqual(rows.map((row) => row.name), [0, 1, 2, 3, 4, 5].map((k) => `a.parquet/0000000${k}.img`));
    assert.deepEqual(rows.map((row) => row.label?.identity), ['ann', 'ann', 'bob', 'bob', 'eve', undefined]);
    assert.deepEqual(rows[3].label?.tags, { caption: 'face 3' });
    for (let k = 0; k < 5; k++) {
      const { image } = await decodeImage(await readFile(rows[k].path));
      assert.deepEqual([...image.data.subarray(0, 3)], [40 * k, 255 - 40 * k, 128], codec);
    }
    assert.equal((await readFile(rows[5].path)).length, 0, 'a row without bytes is an empty file, which prepare counts as undecodable');
  }
});

test('class labels have the names that the file gives them', async () => {
  const rows = await parquetSources(join(fixtures, 'labels.parquet'), 'l');
  assert.deepEqual(rows.map((row) => row.label?.identity), ['cat', 'dog', 'cat', 'dog', 'cat', undefined]);
});

test('prepare lists parquet files among photographs; the layout knows splits and missing parts', async () => {
  const root = join(work, 'set');
  await mkdir(join(root, 'data'), { recursive: true });
  await copyFile(join(fixtures, 'snappy.parquet'), join(root, 'data', 'train-00000-of-00003.parquet'));
  await copyFile(join(fixtures, 'zstd.parquet'), join(root, 'data', 'test-00000-of-00001.parquet'));
  assert.equal((await listPhotos([root])).sources.length, 12);
  const listing = await layoutNamed('parquet').list(root);
  assert.deepEqual(listing.missing, ['2 of 3 files of "train" are not there']);
  assert.deepEqual(listing.counts.map((count) => count.found), [12, 3]);
  assert.deepEqual(listing.sources.map((s) => s.label?.split), [...Array<string>(6).fill('test'), ...Array<string>(6).fill('train')]);
});

test('other files are refused with the reason, and leave nothing behind', async () => {
  await writeFile(join(work, 'text.parquet'), 'no parquet file at all');
  await assert.rejects(parquetSources(join(work, 'text.parquet'), 't'), /cannot be read as a parquet file/);
  await assert.rejects(parquetSources(join(fixtures, 'no-image.parquet'), 'n'), /no column "image" \(it has url\)/);
  await assert.rejects(parquetSources(join(fixtures, 'gzip.parquet'), 'g', { cache: join(work, 'tight'), limits: { pageBytes: 64 } }), /a page claims \d+ bytes; at most 64/);
  await assert.rejects(parquetSources(join(fixtures, 'none.parquet'), 'g', { cache: join(work, 'tight'), limits: { groupRows: 3 } }), /claims 4 rows; at most 3/);
  assert.deepEqual((await readdir(join(work, 'tight')).catch(() => [])), []);
});

test('damaged files are read or refused, and the process lives', async () => {
  const good = await readFile(join(fixtures, 'snappy.parquet'));
  const limits = { ...defaultParquetLimits, groupBytes: 1 << 20, pageBytes: 1 << 20, groupRows: 100 };
  let refused = 0;
  for (let i = 0; i < 300; i++) {
    const draws = stream(4, 'parquet', i);
    const bytes = Buffer.from(good);
    for (let k = 0; k <= draws.integer(4); k++) bytes[draws.integer(bytes.length)] = draws.integer(256);
    const [path, folder] = [join(work, 'damaged.parquet'), join(work, `rows-${i}`)];
    await writeFile(path, draws.uniform() < 0.2 ? bytes.subarray(0, draws.integer(bytes.length)) : bytes);
    await mkdir(folder);
    await extractRows({ path, folder, limits }).catch((error: unknown) => {
      assert.ok(error instanceof Error);
      refused += 1;
    });
    await rm(folder, { recursive: true });
  }
  assert.ok(refused > 100 && refused < 300, `${refused} of 300 refused`);
});
