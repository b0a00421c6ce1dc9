import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../problems.ts';
import { decodeName, encodeName, storageName } from '../names.ts';

/** The files of one of a run's folders (`metrics`, `params`, `tags`), one for each key, folders for the slashes in keys. */
export class KeyedFiles {
  readonly #files: Map<string, string>;

  private constructor(files: Map<string, string>) {
    this.#files = files;
  }

  static async open(folder: string): Promise<KeyedFiles> {
    const files = new Map<string, string>();
    for (const name of await namesUnder(folder, '')) files.set(canonical(name), name);
    return new KeyedFiles(files);
  }

  has(key: string): boolean {
    return this.#files.has(key);
  }

  keys(): string[] {
    return [...this.#files.keys()];
  }

  forget(key: string): void {
    this.#files.delete(key);
  }

  /** The file `key` is kept in, relative to the folder; from now on this key's. */
  file(key: string): string {
    const name = this.#files.get(key) ?? storageName(key, this.#files.values());
    this.#files.set(key, name);
    return name;
  }
}

/** Flat spellings (see `storageName`) become the key they stand for; a foreign name stays as it is. */
function canonical(name: string): string {
  return /^_x00[0-9A-F]{4}_/.test(name) ? encodeName(decodeName(name)) : name;
}

async function namesUnder(folder: string, prefix: string): Promise<string[]> {
  const names: string[] = [];
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    names.push(...(entry.isDirectory() ? await namesUnder(folder, name) : [name]));
  }
  return names.sort();
}
