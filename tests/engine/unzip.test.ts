import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { setupModule } from './setup-modules.ts';
import { makeZip } from './zip.ts';

const { unzip } = await setupModule('unzip.mjs');
const folder = mkdtempSync(join(tmpdir(), 'swapgraph-unzip-'));
after(() => rmSync(folder, { recursive: true }));
const zip = join(folder, 'x.zip');
const into = join(folder, 'out');

test('whatever goes into a zip file comes out of it', async () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}\.so$/), { maxLength: 6 });
  const property = fc.asyncProperty(names, fc.uint8Array({ maxLength: 5000 }), async (paths, bytes) => {
    const entries = Object.fromEntries(paths.map((path, i) => [path, Buffer.from(bytes.slice(i))]));
    writeFileSync(zip, makeZip(entries));
    const written = await unzip(zip, into, (name) => name);
    assert.deepEqual(written, paths);
    for (const path of paths) assert.deepEqual(readFileSync(join(into, path)), entries[path]);
    rmSync(into, { recursive: true, force: true });
  });
  await fc.assert(property, { numRuns: 25 });
});

test('entries are chosen, renamed and counted, and programs stay executable', async () => {
  writeFileSync(zip, makeZip({ 'a/lib.so': Buffer.alloc(1000), 'a/skip.py': Buffer.alloc(9), 'a/bin/ptxas': Buffer.from('x') }));
  const counts: number[] = [];
  const written = await unzip(zip, into, (name) => (name.endsWith('.py') ? undefined : name.replace('a/', 'b/')), (bytes) => counts.push(bytes));
  assert.deepEqual(written, ['b/lib.so', 'b/bin/ptxas']);
  assert.equal(counts.at(-1), 1001);
  assert.equal(statSync(join(into, 'b/bin/ptxas')).mode & 0o777, 0o755);
});

test('a damaged, truncated or hostile zip file is refused', async () => {
  const good = makeZip({ 'a.so': Buffer.from('hello hello hello') });
  writeFileSync(zip, 'not a zip file');
  await assert.rejects(unzip(zip, into, (name) => name), /not a zip file/);
  writeFileSync(zip, good.subarray(40));
  await assert.rejects(unzip(zip, into, (name) => name));
  writeFileSync(zip, good);
  await assert.rejects(unzip(zip, into, () => '../outside'), /points outside/);
});
