import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { entryBytes } from './entry.ts';
import { PARTIAL } from './store.ts';

export interface RoomOptions {
  /** What this run keeps: floats of an entry by expression. */
  readonly own: ReadonlyMap<string, number>;
  /** Bytes that this run may come to need. */
  readonly needed: number;
  /** Bytes that the folder may hold. */
  readonly limit: number;
  /** Seconds since 1970. */
  readonly now: number;
}

const ABOUT = 'about.json';
/** Seconds after which an unfinished entry is taken to be left over from a process that was killed. */
const STALE = 3600;

/**
 * Registers what a run keeps and makes room for it: the values that were used longest ago go first, never the run's own. Another process that
 * still reads them computes them again. @throws where the folder cannot be written
 */
export function makeRoom(folder: string, { own, needed, limit, now }: RoomOptions): void {
  for (const [expression, floats] of own) register(path.join(folder, expression), floats, now);
  const others = kept(folder).filter((k) => !own.has(k.name)).sort((a, b) => a.used - b.used);
  let total = needed + others.reduce((sum, k) => sum + k.bytes, 0);
  for (const { name, bytes } of others) {
    if (total <= limit) break;
    rmSync(path.join(folder, name), { recursive: true, force: true });
    total -= bytes;
  }
  for (const expression of own.keys()) sweep(path.join(folder, expression), now);
}

function register(dir: string, floats: number, now: number): void {
  const about = path.join(dir, ABOUT);
  mkdirSync(dir, { recursive: true });
  const temporary = `${about}.${process.pid}${PARTIAL}`;
  writeFileSync(temporary, JSON.stringify({ floats }));
  renameSync(temporary, about);
  utimesSync(about, now, now);
}

interface Kept {
  readonly name: string;
  readonly bytes: number;
  readonly used: number;
}

function kept(folder: string): Kept[] {
  return readdirSync(folder).flatMap((name): Kept[] => {
    const about = path.join(folder, name, ABOUT);
    try {
      const { floats } = JSON.parse(readFileSync(about, 'utf8')) as { floats: number };
      return [{ name, bytes: entriesIn(path.join(folder, name)).length * entryBytes(floats), used: statSync(about).mtimeMs / 1000 }];
    } catch {
      // Something else's folder, or one that another process is making or removing: it is left alone.
      return [];
    }
  });
}

/** The files under the two-letter folders of an expression. */
function entriesIn(dir: string): string[] {
  const folders = readdirSync(dir, { withFileTypes: true }).filter((d) => d.isDirectory());
  return folders.flatMap((d) => readdirSync(path.join(dir, d.name)).map((name) => path.join(dir, d.name, name)));
}

function sweep(dir: string, now: number): void {
  for (const file of entriesIn(dir)) {
    if (!file.endsWith(PARTIAL)) continue;
    const age = now - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now * 1000) / 1000;
    if (age > STALE) rmSync(file, { force: true });
  }
}
