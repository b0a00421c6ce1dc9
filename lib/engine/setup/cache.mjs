import { mkdirSync, renameSync, rmSync, statfsSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder that every checkout on this machine shares: `$SWAPGRAPH_CACHE`, made absolute, where that is set and not empty, else
 * `~/.cache/swapgraph`. @param {NodeJS.ProcessEnv} [env]
 */
export function cacheFolder(env = process.env) {
  return env.SWAPGRAPH_CACHE ? resolve(env.SWAPGRAPH_CACHE) : join(homedir(), '.cache', 'swapgraph');
}

/** A new empty folder in the cache, for work that may be interrupted; the next set-up removes what is left of it. @param {string} cache */
export function scratch(cache, name = 'work') {
  const folder = join(cache, 'tmp', `${name}-${process.pid}-${process.hrtime.bigint().toString(36)}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Removes what interrupted set-ups left; call it only while holding the lock. @param {string} cache */
export function sweep(cache) {
  rmSync(join(cache, 'tmp'), { recursive: true, force: true });
}

/** Moves a finished file or folder to its place in one step, so that nobody ever sees half of it. @param {string} from @param {string} to */
export function publish(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  if (existsSync(to)) rmSync(to, { recursive: true, force: true });
  renameSync(from, to);
}

/** Bytes free for this user on the disk that holds `folder` or its nearest existing parent. @param {string} folder */
export function freeBytes(folder) {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  const { bavail, bsize } = statfsSync(at);
  return bavail * bsize;
}
