import { appendFile, open, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { AsyncBuffer, Compressors, FileMetaData, RowGroup } from 'hyparquet';
import { compressors as packageCompressors } from 'hyparquet-compressors';
import type { ParquetLimits } from './parquet-limits.ts';

export interface ExtractOrder {
  readonly path: string;
  /** An empty folder. */
  readonly folder: string;
  readonly limits: ParquetLimits;
}

/** One line of `rows.jsonl`. */
export interface ParquetRow {
  readonly file: string;
  readonly identity?: string;
  readonly caption?: string;
}

/** The columns that are read, by what they are for. */
interface Columns {
  readonly image: string;
  readonly identity?: string;
  readonly caption?: string;
  /** Names of the numbers in the column of identities, where the file has them. */
  readonly names?: readonly string[];
}

/**
 * Writes each row's picture bytes to a file of its own (empty where there are none), and `rows.jsonl`; one row group is held at a time.
 * @throws Error for other or damaged files
 */
export async function extractRows({ path, folder, limits }: ExtractOrder): Promise<void> {
  const handle = await open(path);
  try {
    const file = await bufferOf(handle);
    const metadata = await parquetMetadataAsync(file);
    const columns = columnsOf(metadata);
    const wanted = [columns.image, columns.identity, columns.caption].filter((name) => name !== undefined);
    await writeFile(join(folder, 'rows.jsonl'), '');
    let start = 0;
    for (const group of metadata.row_groups) {
      const count = checkedRows(group, wanted, file.byteLength, limits);
      const rows = await parquetReadObjects({ file, metadata, columns: wanted, rowStart: start, rowEnd: start + count, utf8: false, compressors: boundedCompressors(limits) });
      await writeRows(rows, start, columns, folder);
      start += count;
    }
  } finally {
    await handle.close();
  }
}

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      if (!(start >= 0 && end >= start && end <= size)) throw new Error(`it points at bytes ${start} to ${end} of ${size}`);
      const bytes = new ArrayBuffer(end - start);
      const { bytesRead } = await handle.read(new Uint8Array(bytes), 0, end - start, start);
      if (bytesRead !== end - start) throw new Error('it ends too early');
      return bytes;
    },
  };
}

function columnsOf(metadata: FileMetaData): Columns {
  const children = topColumns(metadata);
  const has = (...names: readonly string[]): string | undefined => names.find((name) => children.includes(name));
  const image = has('image', 'img', 'jpg', 'png');
  if (image === undefined) throw new Error(`it has no column "image" (it has ${children.slice(0, 20).join(', ') || 'none'})`);
  const identity = has('identity', 'label');
  const caption = has('caption', 'text');
  const names = identity === undefined ? undefined : classNames(metadata, identity);
  return { image, ...(identity === undefined ? {} : { identity }), ...(caption === undefined ? {} : { caption }), ...(names === undefined ? {} : { names }) };
}

/** Names of the schema's own columns: its elements come in depth-first order, each followed by its children. */
function topColumns({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  let inside = 0;
  for (const element of schema.slice(1)) {
    if (inside === 0) names.push(element.name);
    else inside -= 1;
    inside += Math.max(0, element.num_children ?? 0);
  }
  return names;
}

/** The names of a Hugging Face `ClassLabel`, from the file's own metadata. */
function classNames(metadata: FileMetaData, column: string): readonly string[] | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  try {
    const names = (JSON.parse(text ?? 'null') as { info?: { features?: Record<string, { names?: unknown }> } } | null)?.info?.features?.[column]?.names;
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
  } catch {
    // Text that is no JSON names nothing; the numbers themselves are then the labels.
    return undefined;
  }
}

/** The group's number of rows, once everything that it claims of its size and place is sound: the package reads where it is told to. */
function checkedRows(group: RowGroup, wanted: readonly string[], fileBytes: number, limits: ParquetLimits): number {
  const rows = Number(group.num_rows);
  if (!(rows >= 0 && rows <= limits.groupRows)) throw new Error(`a row group claims ${rows} rows; at most ${limits.groupRows} are read`);
  let bytes = 0;
  for (const { meta_data: data } of group.columns) {
    if (data === undefined || !wanted.includes(data.path_in_schema[0])) continue;
    const [from, length] = [Number(data.dictionary_page_offset ?? data.data_page_offset), Number(data.total_compressed_size)];
    if (!(from >= 0 && length >= 0 && Number(data.data_page_offset) >= 0 && from + length <= fileBytes)) throw new Error(`a column claims ${length} bytes from ${from} on, of ${fileBytes}`);
    bytes += Math.max(length, Number(data.total_uncompressed_size));
  }
  if (!(bytes <= limits.groupBytes)) throw new Error(`a row group claims ${bytes} bytes; at most ${limits.groupBytes} are read (write it with smaller row groups)`);
  return rows;
}

/** Decompressors that refuse pages of more than the limit before they take memory for them. */
function boundedCompressors({ pageBytes }: ParquetLimits): Compressors {
  const own: Compressors = {
    GZIP: (input) => new Uint8Array(gunzipSync(input, { maxOutputLength: pageBytes })),
    BROTLI: (input) => new Uint8Array(brotliDecompressSync(input, { maxOutputLength: pageBytes })),
  };
  return Object.fromEntries(Object.entries({ ...packageCompressors, ...own }).map(([name, decompress]) => [name, (input: Uint8Array, length: number) => {
    if (!(length >= 0 && length <= pageBytes)) throw new Error(`a page claims ${length} bytes; at most ${pageBytes} are read`);
    return decompress(input, length);
  }]));
}

async function writeRows(rows: readonly Record<string, unknown>[], start: number, columns: Columns, folder: string): Promise<void> {
  let lines = '';
  for (const [i, row] of rows.entries()) {
    const file = `${String(start + i).padStart(8, '0')}.img`;
    await writeFile(join(folder, file), pictureOf(row[columns.image]));
    const identity = columns.identity === undefined ? undefined : nameOf(row[columns.identity], columns.names);
    const caption = columns.caption === undefined ? undefined : row[columns.caption];
    lines += `${JSON.stringify({ file, ...(identity === undefined ? {} : { identity }), ...(typeof caption === 'string' ? { caption } : {}) } satisfies ParquetRow)}\n`;
  }
  await appendFile(join(folder, 'rows.jsonl'), lines);
}

/** The bytes of { bytes, path } or of plain bytes; none where the row only names a path. */
function pictureOf(value: unknown): Uint8Array {
  const bytes: unknown = value instanceof Uint8Array ? value : (value as { bytes?: unknown } | null | undefined)?.bytes;
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(0);
}

function nameOf(value: unknown, names: readonly string[] | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return names?.[Number(value)] ?? String(value);
}
