import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { failure } from '../../diagnostics/failure.ts';
import { parquetSources } from './parquet.ts';
import { listTar } from './tar.ts';
import { videoFrames } from './video.ts';

/** Where a photograph's bytes lie: a whole file, or `size` bytes of one from `offset` on (a member of a tar archive). */
export interface PhotoSource {
  /** Relative to what was asked for, with forward slashes. */
  readonly name: string;
  readonly path: string;
  readonly offset?: number;
  readonly size?: number;
  /** What a data set's layout says of it; kept in the manifest. */
  readonly label?: PhotoLabel;
}

export interface PhotoLabel {
  /** The person, where the layout tells. */
  readonly identity?: string;
  /** The folder says nothing of the person either: every face is one of its own. */
  readonly alone?: true;
  /** The data set's own split: `train`, `val`, `test`. */
  readonly split?: string;
  /** Whatever else names and folders tell: session, camera, illumination, compression. */
  readonly tags?: Readonly<Record<string, string | number>>;
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

/** Whether a file's name says that it is a video. */
export function isVideoName(name: string): boolean {
  return /\.(mp4|mov|mkv|avi|webm|m4v)$/i.test(name);
}

/**
 * All photographs under the given files and folders, in uncompressed tar archives (`a.tar/member.jpg`) and parquet files (`a.parquet/00000000.img`), and `frames` evenly spaced frames of each video
 * (`a.mp4/0000012.png`). With several inputs the names start with the input's own name.
 * @throws DiagnosticError for an input that is not there, a video without ffmpeg, or where two photographs have one name
 */
export async function listPhotos(inputs: readonly string[], frames = 10): Promise<Listing> {
  const found: Found = { sources: [], ignored: 0 };
  for (const input of inputs) {
    const prefix = inputs.length > 1 ? basename(input) : '';
    const kind = await stat(input).catch((error: NodeJS.ErrnoException) => {
      throw failure('prepare/input', `${input} cannot be read (${error.code === 'ENOENT' ? 'there is no such file or folder' : error.code})`);
    });
    if (kind.isDirectory()) await walk(input, prefix, frames, found);
    else if (!(await addContainer(input, prefix || basename(input), frames, found))) found.sources.push({ name: prefix || basename(input), path: input });
  }
  return { sources: sortedSources(found.sources), ignored: found.ignored };
}

/** Sources in the order of their names. @throws DiagnosticError where two have one name. */
export function sortedSources(sources: readonly PhotoSource[]): PhotoSource[] {
  const sorted = [...sources].sort((p, q) => (p.name < q.name ? -1 : p.name > q.name ? 1 : 0));
  const repeated = sorted.find((source, i) => i > 0 && source.name === sorted[i - 1].name);
  if (repeated) throw failure('prepare/input', `two photographs are named "${repeated.name}"`, undefined, 'prepare the folder that holds both');
  return sorted;
}

/** The frames of a video as sources that keep its label. */
export async function frameSources(video: PhotoSource, frames: number): Promise<PhotoSource[]> {
  const cut = await videoFrames(video.path, frames);
  return cut.map(({ index, path }) => ({
    name: `${video.name}/${String(index).padStart(7, '0')}.png`, path,
    ...(video.label ? { label: { ...video.label, tags: { ...video.label.tags, frame: index } } } : {}),
  }));
}

interface Found {
  readonly sources: PhotoSource[];
  ignored: number;
}

async function walk(folder: string, prefix: string, frames: number, found: Found): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = prefix ? `${prefix}/${entry.name}` : entry.name;
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) found.ignored += 1;
    else if (entry.isDirectory()) await walk(path, name, frames, found);
    else if (!entry.isFile() && !entry.isSymbolicLink()) found.ignored += 1;
    else if (isPictureName(entry.name)) found.sources.push({ name, path });
    else if (!(await addContainer(path, name, frames, found))) found.ignored += 1;
  }
}

/** Adds what lies in an archive or a video; false for any other file. */
async function addContainer(path: string, name: string, frames: number, found: Found): Promise<boolean> {
  if (/\.tar$/i.test(name)) {
    for (const member of await listTar(path)) {
      if (isPictureName(member.name)) found.sources.push({ name: `${name}/${member.name}`, path, offset: member.offset, size: member.size });
      else found.ignored += 1;
    }
    return true;
  }
  if (/\.parquet$/i.test(name)) {
    found.sources.push(...await parquetSources(path, name));
    return true;
  }
  if (!isVideoName(name)) return false;
  found.sources.push(...await frameSources({ name, path }, frames));
  return true;
}
