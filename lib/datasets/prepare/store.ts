import { access, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../../diagnostics/failure.ts';
import { photoId, sha256Of } from './photo.ts';
import type { PhotoLimits, PreparedPhoto } from './photo.ts';
import type { Pipeline } from './pipeline.ts';
import type { PhotoRecord } from './record.ts';
import type { PhotoSource } from './sources.ts';

/** What a prepared folder says of itself in `prepare.json`. */
export interface PreparedHeader {
  readonly format: 'swapgraph-prepared-1';
  /** Without a path in it: the folder's bytes are the same wherever the pipeline's files lie. */
  readonly pipeline: Pick<Pipeline, 'name' | 'stages' | 'versions' | 'hash'>;
  readonly limits: PhotoLimits;
}

/** What a folder made by this pipeline says of itself. */
export function headerOf({ name, recorded, versions, hash }: Pipeline, limits: PhotoLimits): PreparedHeader {
  return { format: 'swapgraph-prepared-1', pipeline: { name, stages: recorded, versions, hash }, limits };
}

/** Files are written here first and renamed when complete, so that a kill leaves no half file under a real name. */
const scratch = '.tmp';

/** Starts or reopens a prepared folder. @throws DiagnosticError where it was made by another pipeline, or holds something else. */
export async function openStore(out: string, header: PreparedHeader): Promise<void> {
  const path = join(out, 'prepare.json');
  const text = `${JSON.stringify(header, null, 2)}\n`;
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present !== undefined && present !== text) {
    throw failure('prepare/other-pipeline', `${out} was prepared by another pipeline, other limits or other versions`, undefined, 'choose another folder, or delete this one');
  }
  await rm(join(out, scratch), { recursive: true, force: true });
  await mkdir(join(out, scratch), { recursive: true });
  if (present === undefined) await writeAtomically(out, 'prepare.json', text);
}

/** Removes the scratch folder; called when all is done. */
export async function closeStore(out: string): Promise<void> {
  await rm(join(out, scratch), { recursive: true, force: true });
}

export function recordPath(id: string): string {
  return `photos/${id.slice(0, 2)}/${id}.json`;
}

/** The record of a photograph that was prepared before, if it and all its files are there. */
export async function storedRecord(out: string, source: PhotoSource, bytes: Uint8Array): Promise<PhotoRecord | undefined> {
  const text = await readFile(join(out, recordPath(photoId(source, sha256Of(bytes)))), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const record = JSON.parse(text) as PhotoRecord;
  const files = record.faces.flatMap((face) => Object.values(face.files));
  const present = await Promise.all(files.map((file) => access(join(out, file.path)).then(() => true, () => false)));
  return present.every(Boolean) ? record : undefined;
}

/** Writes a photograph's files, and its record last: a record on disk means that everything it names is there. */
export async function storePhoto(out: string, prepared: PreparedPhoto): Promise<void> {
  await Promise.all([...prepared.files].map(([path, bytes]) => writeAtomically(out, path, bytes)));
  await writeAtomically(out, recordPath(prepared.record.id), `${JSON.stringify(prepared.record)}\n`);
}

/** Writes under a scratch name and renames. The path is relative to the prepared folder. */
export async function writeAtomically(out: string, path: string, bytes: string | Uint8Array): Promise<void> {
  const target = join(out, path);
  const temporary = join(out, scratch, `${process.pid}-${path.replaceAll('/', '-')}`);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(temporary, bytes);
  await rename(temporary, target);
}

/** The bytes of a photograph. */
export async function readSource(source: PhotoSource): Promise<Buffer> {
  if (source.offset === undefined || source.size === undefined) return readFile(source.path);
  const file = await open(source.path);
  try {
    const bytes = Buffer.alloc(source.size);
    const { bytesRead } = await file.read(bytes, 0, source.size, source.offset);
    if (bytesRead !== source.size) throw new Error(`${source.path} ends inside ${source.name}`);
    return bytes;
  } finally {
    await file.close();
  }
}
