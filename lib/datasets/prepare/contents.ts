import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shownPath } from '../../compose/files.ts';
import { failure } from '../../diagnostics/failure.ts';

/** Read at a time, so that weights of any size cost no memory. */
const chunk = 1 << 20;

/**
 * `sha256 …` of a file's bytes, or of a folder's files (those that `wanted` takes, by their name under the folder) with their names, in order; it depends on neither's place.
 * @throws DiagnosticError where nothing is there
 */
export function contentHash(path: string, wanted: (name: string) => boolean = () => true): string {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined) throw failure('prepare/path', `${shownPath(path)}: there is no such file or folder`);
  const hash = createHash('sha256');
  if (!kind.isDirectory()) addFile(path, hash);
  else {
    for (const name of filesIn(path).filter(wanted)) {
      hash.update(`${name}\0${statSync(join(path, name)).size}\0`);
      addFile(join(path, name), hash);
    }
  }
  return `sha256 ${hash.digest('hex')}`;
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll('\\', '/')).sort();
}

function addFile(path: string, hash: Hash): void {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(chunk);
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(file);
  }
}
