import { closeSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, statSync, unlinkSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
const STALE_MS = 30_000;

/**
 * Runs `work` while no other set-up on this cache does. The holder touches the lock file every two seconds; a lock whose process is
 * gone (same machine) or that was not touched for 30 seconds (another machine) is taken over.
 * @template T
 * @param {string} cache @param {(holder: string) => void} onWait called once, with a description of the holder
 * @param {() => Promise<T>} work @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export async function withLock(cache, onWait, work, signal) {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, 'setup.lock');
  const token = JSON.stringify({ pid: process.pid, host: hostname(), id: process.hrtime.bigint().toString(36) });
  let told = false;
  while (!tryCreate(path, token)) {
    if (removeIfStale(path)) continue;
    if (!told) onWait(describe(path));
    told = true;
    await sleep(300, undefined, { signal });
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    release(path, token);
  }
}

/** Removes the lock if this process holds it; for a process that is about to die. @param {string} path @param {string} token */
function release(path, token) {
  if (read(path) === token) ignoreMissing(() => unlinkSync(path));
}

/** @param {string} path @param {string} token */
function tryCreate(path, token) {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, token);
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead holder's lock away; true where the lock is gone. @param {string} path */
function removeIfStale(path) {
  const seen = read(path);
  if (seen === undefined) return true;
  if (!isStale(path, seen)) return false;
  // Renaming is atomic: of several waiters one gets the file. It may be a fresh lock by then, which goes back at once.
  const aside = `${path}.${process.pid}`;
  if (!ignoreMissing(() => renameSync(path, aside))) return true;
  if (read(aside) !== seen) ignoreMissing(() => linkSync(aside, path));
  ignoreMissing(() => unlinkSync(aside));
  return true;
}

/** @param {string} path @param {string} content */
function isStale(path, content) {
  const age = ageOf(path);
  if (age === undefined || age > STALE_MS) return true;
  const holder = parse(content);
  // An empty or torn file is a holder between creating and writing, unless it stays so.
  if (holder === undefined) return age > HEARTBEAT_MS;
  return holder.host === hostname() && !isAlive(holder.pid);
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** @param {string} path */
function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return undefined; // gone between two calls
  }
}

/** @param {string} path */
function touch(path) {
  const now = new Date();
  ignoreMissing(() => utimesSync(path, now, now));
}

/** @param {string} path */
function describe(path) {
  const holder = parse(read(path) ?? '');
  return holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {string} content @returns {{ pid: number, host: string } | undefined} */
function parse(content) {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // torn: see isStale
  }
}

/** @param {() => void} action */
function ignoreMissing(action) {
  try {
    action();
    return true;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EEXIST') return false;
    throw error;
  }
}
