import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { decodeEntry, encodeEntry } from './entry.ts';

/**
 * Where a value of a sample is kept: `<folder>/<expression>/<first two of sample>/<sample>`. The name says all that the value depends on, so
 * entries are never overwritten with others, and any number of processes may read and write at once.
 */
export const entryPath = (folder: string, expression: string, sample: string): string => path.join(folder, expression, sample.slice(0, 2), sample);

/** Reads a kept value into its place; false where there is none, or a damaged one. */
export async function readEntry(file: string, into: Float32Array): Promise<boolean> {
  try {
    return decodeEntry(await readFile(file), into);
  } catch (error) {
    return absent(error);
  }
}

/** The same at once, for the thread that has to wait for it anyway. */
export function readEntryNow(file: string, into: Float32Array): boolean {
  try {
    return decodeEntry(readFileSync(file), into);
  } catch (error) {
    return absent(error);
  }
}

/** Writes a value so that it appears whole or not at all. @throws where the disk is full or may not be written */
export function writeEntry(file: string, data: Float32Array): void {
  const temporary = `${file}.${process.pid}-${threadId}${PARTIAL}`;
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    writeFileSync(temporary, encodeEntry(data));
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** How the names of unfinished entries end. */
export const PARTIAL = '.partial';

/** A file that cannot be read is no reason to stop: its value is computed. */
function absent(error: unknown): false {
  if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  return false;
}
