import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { failure } from '../../diagnostics/failure.ts';

/** Where a photograph's bytes lie: a whole file, or `size` bytes of one from `offset` on (a member of a tar archive). */
export interface PhotoSource {
  /** Relative to what was asked for, with forward slashes. */
  readonly name: string;
  readonly path: string;
  readonly offset?: number;
  readonly size?: number;
}

export interface Listing {
  /** In the order of their names (by code unit), whatever order the disk gives. */
  readonly sources: readonly PhotoSource[];
  /** Files that are no pictures by their names, and hidden files. */
  readonly ignored: number;
}

const pictureEndings = new Set(['.jpg', '.jpeg', '.jfif', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif', '.heic', '.heif', '.jp2', '.jxl', '.ppm', '.pgm']);

/** Whether a file's name says that it is a picture. */
export function isPictureName(name: string): boolean {
  return pictureEndings.has(extname(name).toLowerCase()) && !basename(name).startsWith('.');
}

/**
 * All photographs under the given files and folders. With several inputs the names start with the input's own name.
 * @throws DiagnosticError for an input that is not there, or where two photographs have one name.
 */
export async function listPhotos(inputs: readonly string[]): Promise<Listing> {
  const sources: PhotoSource[] = [];
  let ignored = 0;
  for (const input of inputs) {
    const prefix = inputs.length > 1 ? basename(input) : '';
    const kind = await stat(input).catch((error: NodeJS.ErrnoException) => {
      throw failure('prepare/input', `${input} cannot be read (${error.code === 'ENOENT' ? 'there is no such file or folder' : error.code})`);
    });
    if (kind.isDirectory()) ignored += await walk(input, prefix, sources);
    else sources.push({ name: prefix || basename(input), path: input });
  }
  sources.sort((p, q) => (p.name < q.name ? -1 : p.name > q.name ? 1 : 0));
  const repeated = sources.find((source, i) => i > 0 && source.name === sources[i - 1].name);
  if (repeated) throw failure('prepare/input', `two photographs are named "${repeated.name}"`, undefined, 'prepare the folder that holds both');
  return { sources, ignored };
}

async function walk(folder: string, prefix: string, sources: PhotoSource[]): Promise<number> {
  let ignored = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = prefix ? `${prefix}/${entry.name}` : entry.name;
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) ignored += 1;
    else if (entry.isDirectory()) ignored += await walk(path, name, sources);
    else if ((entry.isFile() || entry.isSymbolicLink()) && isPictureName(entry.name)) sources.push({ name, path });
    else ignored += 1;
  }
  return ignored;
}
