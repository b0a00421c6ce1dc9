import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { GraphNode } from './graph.ts';
import { MODEL_FILE, writeSavedModel } from './saved-model.ts';

/** Where recorded graphs are kept from process to process. */
export interface GraphCache {
  readonly folder: string;
  /** Tells the code that recorded a graph from any other: version, hash of sources, versions of what it stands on. */
  readonly code: string;
  /** Bytes of all entries at most; the ones not used for longest go. Default 512 MiB. */
  readonly limit?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A graph in the cache, with what is needed to run it. */
export interface CachedGraph<T> {
  /** A SavedModel. */
  readonly folder: string;
  readonly table: T;
}

const TABLE_FILE = 'table.json';
const DEFAULT_LIMIT = 512 * 2 ** 20;
/** What a killed process left half-written is removed after this long. */
const ABANDONED_MS = 60 * 60 * 1000;

/** The entry of a key, or undefined where there is none; one whose bytes are not those that were written is removed. */
export function readCachedGraph<T>(cache: GraphCache, key: string): CachedGraph<T> | undefined {
  const folder = path.join(cache.folder, key);
  const text = readIfThere(path.join(folder, TABLE_FILE));
  const model = readIfThere(path.join(folder, MODEL_FILE));
  const [sum, table] = [text?.subarray(0, 64).toString(), text?.subarray(65)];
  if (table === undefined || model === undefined || sum !== sumOf(table, model)) {
    // Entries appear whole: one that lacks something is damaged.
    dropCachedGraph(cache, key);
    return undefined;
  }
  utimesSync(folder, cache.now() / 1000, cache.now() / 1000);
  return { folder, table: JSON.parse(table.toString()) as T };
}

/** Writes an entry so that other processes see it whole or not at all. The table is plain data. */
export function writeCachedGraph<T>(cache: GraphCache, key: string, nodes: readonly GraphNode[], table: T): CachedGraph<T> {
  mkdirSync(cache.folder, { recursive: true });
  const folder = path.join(cache.folder, key);
  const temporary = mkdtempSync(path.join(cache.folder, 'new-'));
  try {
    writeSavedModel(temporary, nodes);
    const text = Buffer.from(JSON.stringify(table));
    writeFileSync(path.join(temporary, TABLE_FILE), Buffer.concat([Buffer.from(`${sumOf(text, readFileSync(path.join(temporary, MODEL_FILE)))}\n`), text]));
    moveInto(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  prune(cache, key);
  return { folder, table };
}

export function dropCachedGraph(cache: GraphCache, key: string): void {
  rmSync(path.join(cache.folder, key), { recursive: true, force: true });
}

/** Another process may have written the same entry meanwhile: then that one stays. */
function moveInto(temporary: string, folder: string): void {
  try {
    renameSync(temporary, folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function prune(cache: GraphCache, kept: string): void {
  const entries = readdirSync(cache.folder).flatMap((name) => {
    const folder = path.join(cache.folder, name);
    const used = statIfThere(folder)?.mtimeMs;
    return used === undefined ? [] : [{ name, folder, used, bytes: [MODEL_FILE, TABLE_FILE].reduce((sum, file) => sum + (statIfThere(path.join(folder, file))?.size ?? 0), 0) }];
  });
  let bytes = 0;
  for (const { name, folder, used, bytes: own } of entries.sort((a, b) => b.used - a.used)) {
    if (name === kept) bytes += own;
    else if (name.startsWith('new-')) {
      if (cache.now() - used > ABANDONED_MS) rmSync(folder, { recursive: true, force: true });
    } else if (bytes + own > (cache.limit ?? DEFAULT_LIMIT)) rmSync(folder, { recursive: true, force: true });
    else bytes += own;
  }
}

const sumOf = (...parts: readonly Uint8Array[]): string => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

function readIfThere(file: string): Buffer | undefined {
  return ifThere(() => readFileSync(file));
}

function statIfThere(file: string): Stats | undefined {
  return ifThere(() => statSync(file));
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
