import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SETUP_FOLDER, setupModule } from './setup-modules.ts';

const { withLock } = await setupModule('lock.mjs');
const cache = mkdtempSync(join(tmpdir(), 'swapgraph-lock-'));
after(() => rmSync(cache, { recursive: true }));
const path = join(cache, 'setup.lock');
const never = (): void => assert.fail('nobody should have waited');

test('one after another, and the lock is gone afterwards, on success and on failure', async () => {
  assert.equal(await withLock(cache, never, async () => 7), 7);
  assert.ok(!existsSync(path));
  await assert.rejects(withLock(cache, never, async () => Promise.reject(new Error('work failed'))), /work failed/);
  assert.ok(!existsSync(path));
});

test('several processes at once never overlap', async () => {
  const log = join(cache, 'log');
  const script = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(join(SETUP_FOLDER, 'lock.mjs'))};
    await withLock(${JSON.stringify(cache)}, () => {}, async () => {
      appendFileSync(${JSON.stringify(log)}, 'in ');
      await setTimeout(50);
      appendFileSync(${JSON.stringify(log)}, 'out ');
    });`;
  const children = Array.from({ length: 5 }, () => spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }));
  const codes = await Promise.all(children.map((child) => new Promise((resolve) => child.on('close', resolve))));
  assert.deepEqual(codes, [0, 0, 0, 0, 0]);
  assert.equal(readFileSync(log, 'utf8'), 'in out '.repeat(5));
});

test('the lock of a dead process is taken over at once', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(path, JSON.stringify({ pid, host: hostname() }));
  assert.equal(await withLock(cache, never, async () => 'taken'), 'taken');
});

test("another machine's lock is taken over once nobody has touched it for half a minute", async () => {
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere' }));
  const waited: string[] = [];
  const abort = AbortSignal.timeout(400);
  await assert.rejects(withLock(cache, (holder) => waited.push(holder), async () => undefined, abort), { name: 'AbortError' });
  assert.deepEqual(waited, ['process 1 on elsewhere']);
  const old = new Date(Date.now() - 60_000);
  utimesSync(path, old, old);
  assert.equal(await withLock(cache, never, async () => 'taken'), 'taken');
});
