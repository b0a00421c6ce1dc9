import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from '../problems.ts';

/** Who holds a spool. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
}

const lockFile = (dir: string): string => join(dir, 'lock.json');

/**
 * Takes the lock of a spool, or gives the living process that holds it. A lock left by a dead process of this machine is taken
 * over, and so is one of another machine: a job that was moved cannot ask there.
 */
export async function takeLock(dir: string): Promise<Holder | undefined> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(lockFile(dir), 'wx');
      await file.writeFile(JSON.stringify({ host: hostname(), pid: process.pid }));
      await file.close();
      return undefined;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
    const holder = await readHolder(dir);
    if (holder !== undefined && isAlive(holder)) return holder;
    await rm(lockFile(dir), { force: true });
  }
  return readHolder(dir);
}

/** Never throws: a lock that cannot be removed is a dead process's when this one ends. */
export function releaseLock(dir: string): Promise<void> {
  return rm(lockFile(dir), { force: true }).catch(() => undefined);
}

async function readHolder(dir: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(lockFile(dir), 'utf8')) as Holder;
  } catch {
    // Gone, or torn by a kill while it was written: nobody's.
    return undefined;
  }
}

function isAlive({ host, pid }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}
