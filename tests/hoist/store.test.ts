import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { entryBytes } from '../../lib/hoist/entry.ts';
import { makeRoom } from '../../lib/hoist/room.ts';
import { entryPath, PARTIAL, readEntry, readEntryNow, writeEntry } from '../../lib/hoist/store.ts';
import { folder } from './support.ts';

const sample = (n: number): string => n.toString(16).padStart(64, '0');

test('an entry comes back bit by bit, and only whole', async (t) => {
  const file = entryPath(folder(t), 'e', sample(1));
  const [data, into] = [Float32Array.of(1, -0, NaN, 1e-40), new Float32Array(4)];
  assert.equal(await readEntry(file, into), false, 'not there yet');
  writeEntry(file, data);
  assert.ok(await readEntry(file, into) && readEntryNow(file, into));
  assert.deepEqual(new Uint32Array(into.buffer), new Uint32Array(data.buffer));
  assert.equal(readEntryNow(file, new Float32Array(3)), false, 'another length');
  writeFileSync(file, Buffer.alloc(entryBytes(4)));
  assert.deepEqual([readEntryNow(file, into), into[0]], [false, 1], 'a damaged one leaves what was there');
});

test('a process that is killed while it writes leaves no bad entry', async (t) => {
  const dir = folder(t);
  const store = fileURLToPath(new URL('../../lib/hoist/store.ts', import.meta.url));
  const code = `import { entryPath, writeEntry } from ${JSON.stringify(store)};
    const data = new Float32Array(2 ** 20).fill(7);
    process.stdout.write('go');
    for (let i = 0; ; i++) writeEntry(entryPath(${JSON.stringify(dir)}, 'e', (i % 40).toString(16).padStart(64, '0')), data);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, 150));
  child.kill('SIGKILL');
  await once(child, 'exit');
  const into = new Float32Array(2 ** 20);
  const written = readdirSync(path.join(dir, 'e'), { recursive: true, encoding: 'utf8' }).filter((name) => /[0-9a-f]{64}$/.test(name));
  for (const name of written) assert.ok(readEntryNow(path.join(dir, 'e', name), into), name);
});

test('makes room: the longest unused values of others go, own ones and foreign folders stay', (t) => {
  const dir = folder(t);
  const own = new Map([['own', 100]]);
  for (const [i, name] of ['old', 'new'].entries()) {
    makeRoom(dir, { own: new Map([[name, 100]]), needed: 0, limit: Infinity, now: 1000 * (i + 1) });
    for (let k = 0; k < 10; k++) writeEntry(entryPath(dir, name, sample(k)), new Float32Array(100));
  }
  mkdirSync(path.join(dir, 'mine'));
  writeEntry(entryPath(dir, 'own', sample(0)), new Float32Array(100));
  makeRoom(dir, { own, needed: 5 * entryBytes(100), limit: 16 * entryBytes(100), now: 3000 });
  assert.deepEqual(readdirSync(dir).sort(), ['mine', 'new', 'own']);
  assert.ok(existsSync(entryPath(dir, 'own', sample(0))));
});

test('sweeps up what killed processes left, not what others are writing', (t) => {
  const dir = folder(t);
  const file = entryPath(dir, 'own', sample(0));
  writeEntry(file, new Float32Array(1));
  const [stale, fresh] = [`${file}.1-0${PARTIAL}`, `${file}.2-0${PARTIAL}`];
  for (const [name, at] of [[stale, 1000], [fresh, 9000]] as const) {
    writeFileSync(name, '');
    utimesSync(name, at, at);
  }
  makeRoom(dir, { own: new Map([['own', 1]]), needed: 0, limit: Infinity, now: 9100 });
  assert.deepEqual([existsSync(stale), existsSync(fresh), existsSync(file)], [false, true, true]);
});
