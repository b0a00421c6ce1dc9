import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { replaceFile, type ReplaceOptions } from './replace-file.ts';
import { broken, headerLength, parseHeader, type SafetensorsHeader, type TensorEntry } from './safetensors-header.ts';
import { elementCount, type WeightArray, type Weights } from './weights.ts';

export interface ReadOptions {
  /** Which tensors to read; default: all. The others' bytes are never read. */
  readonly only?: (name: string) => boolean;
}

export interface SafetensorsFile {
  /** In the order of the file's bytes, as float32. */
  readonly weights: Weights;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file (F32, F64, F16, BF16, I64, I32, I8, U8, BOOL; all become float32), one tensor at a time.
 * Memory is bounded by what the file holds. @throws DiagnosticError where the file is damaged, Error where it cannot be opened.
 */
export function readSafetensors(path: string, options: ReadOptions = {}): SafetensorsFile {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const read = (from: number, to: number): Uint8Array => readBytes(file, from, to, path);
    return assemble(headerOf(read, size, path), read, options);
  } finally {
    closeSync(file);
  }
}

/** The same from bytes in memory; `name` stands for the file in messages. */
export function parseSafetensors(bytes: Uint8Array, name: string, options: ReadOptions = {}): SafetensorsFile {
  // A copy, so that the arrays are aligned and the caller's bytes stay the caller's.
  const read = (from: number, to: number): Uint8Array => new Uint8Array(bytes.subarray(from, to));
  return assemble(headerOf(read, bytes.length, name), read, options);
}

/** What a file holds, without its data. */
export function readSafetensorsHeader(path: string): SafetensorsHeader {
  const file = openSync(path, 'r');
  try {
    return headerOf((from, to) => readBytes(file, from, to, path), fstatSync(file).size, path);
  } finally {
    closeSync(file);
  }
}

/**
 * Writes weights as F32 safetensors, ordered by name, so that equal weights give equal bytes. The file appears whole or not at all:
 * it is written beside its place, synchronised to disk and renamed.
 */
export async function writeSafetensors(
  path: string, weights: Weights, metadata: Readonly<Record<string, string>> = {}, options: ReplaceOptions = {},
): Promise<void> {
  const entries = [...weights].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const header = encodeHeader(entries, metadata);
  await replaceFile(path, async (write) => {
    await write(header);
    for (const [, { data }] of entries) await write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }, options);
}

type Read = (from: number, to: number) => Uint8Array;

function headerOf(read: Read, size: number, name: string): SafetensorsHeader {
  const length = headerLength(read(0, Math.min(8, size)), size, name);
  return parseHeader(read(8, 8 + length), size, name);
}

function assemble(header: SafetensorsHeader, read: Read, { only = () => true }: ReadOptions): SafetensorsFile {
  const tensor = (e: TensorEntry): WeightArray => ({ shape: e.shape, data: e.decoder.decode(read(e.start, e.end)) });
  return { weights: new Map(header.entries.filter((e) => only(e.name)).map((e) => [e.name, tensor(e)])), metadata: header.metadata };
}

function readBytes(file: number, from: number, to: number, path: string): Uint8Array {
  const out = new Uint8Array(to - from);
  for (let at = 0; at < out.length; ) {
    const count = readSync(file, out, at, Math.min(out.length - at, 1 << 30), from + at);
    if (count === 0) throw broken(path, `the file ended at byte ${from + at} while it was read`);
    at += count;
  }
  return out;
}

/** The length, the JSON and spaces up to a multiple of 8, so that the data is aligned. */
function encodeHeader(entries: readonly (readonly [string, WeightArray])[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const tensors: [string, object][] = [];
  let at = 0;
  for (const [name, { shape, data }] of entries) {
    if (elementCount(shape) !== data.length) throw new RangeError(`"${name}": [${shape.join(', ')}] holds ${elementCount(shape)} numbers, received ${data.length}`);
    if (name === '__metadata__') throw new RangeError('"__metadata__" names the metadata of a safetensors file, not a tensor');
    tensors.push([name, { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] }]);
    at += data.byteLength;
  }
  const notes = Object.keys(metadata).length > 0 ? [['__metadata__', sortedRecord(metadata)] as const] : [];
  const json = Buffer.from(JSON.stringify(Object.fromEntries([...notes, ...tensors])));
  const padded = Math.ceil(json.length / 8) * 8;
  const out = Buffer.alloc(8 + padded, ' ');
  out.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(out, 8);
  return out;
}

function sortedRecord(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
