import { broken } from './safetensors-header.ts';

/** Reads bytes [from, to) of a file; both lie within it. */
export type ReadRange = (from: number, to: number) => Uint8Array;

/** Where a stored file's bytes lie in the archive. */
export interface ZipEntry {
  readonly start: number;
  readonly end: number;
}

const directoryLimit = 64 << 20;
const tail = 65_557;

/** The files of a ZIP archive (ZIP64 too) whose entries are all stored uncompressed. @throws DiagnosticError for anything else. */
export function readZipDirectory(read: ReadRange, size: number, file: string): ReadonlyMap<string, ZipEntry> {
  const { at, length, count } = findDirectory(read, size, file);
  if (at < 0 || length < 0 || length > directoryLimit || at + length > size) throw broken(file, 'its ZIP directory lies outside the file');
  const bytes = view(read(at, at + length));
  const entries = new Map<string, ZipEntry>();
  let p = 0;
  for (let i = 0; i < count; i++) {
    if (p + 46 > length || bytes.getUint32(p, true) !== 0x02014b50) throw broken(file, 'its ZIP directory is damaged');
    const [nameLength, extraLength, commentLength] = [bytes.getUint16(p + 28, true), bytes.getUint16(p + 30, true), bytes.getUint16(p + 32, true)];
    const next = p + 46 + nameLength + extraLength + commentLength;
    if (next > length) throw broken(file, 'its ZIP directory is cut short');
    const name = new TextDecoder().decode(new Uint8Array(bytes.buffer, bytes.byteOffset + p + 46, nameLength));
    if (bytes.getUint16(p + 10, true) !== 0) throw broken(file, `"${name}" is compressed; expected stored files, as torch.save writes them`);
    entries.set(name, locate(read, size, sizesOf(bytes, p, nameLength, extraLength), `${file}: "${name}"`));
    p = next;
  }
  return entries;
}

function findDirectory(read: ReadRange, size: number, file: string): { readonly at: number; readonly length: number; readonly count: number } {
  const from = Math.max(0, size - tail);
  const bytes = view(read(from, size));
  for (let p = bytes.byteLength - 22; p >= 0; p--) {
    if (bytes.getUint32(p, true) !== 0x06054b50) continue;
    const plain = { count: bytes.getUint16(p + 10, true), length: bytes.getUint32(p + 12, true), at: bytes.getUint32(p + 16, true) };
    if (p < 20 || bytes.getUint32(p - 20, true) !== 0x07064b50) return plain;
    const end64 = Number(bytes.getBigUint64(p - 12, true));
    if (end64 + 56 > size) throw broken(file, 'its ZIP64 record lies outside the file');
    const record = view(read(end64, end64 + 56));
    if (record.getUint32(0, true) !== 0x06064b50) throw broken(file, 'its ZIP64 record is damaged');
    return { count: Number(record.getBigUint64(32, true)), length: Number(record.getBigUint64(40, true)), at: Number(record.getBigUint64(48, true)) };
  }
  throw broken(file, 'it is no ZIP archive; checkpoints of PyTorch before 1.6 are not read: load and save them again');
}

/** Sizes and offset of an entry, from its ZIP64 extra field where the plain ones overflow. */
function sizesOf(bytes: DataView, p: number, nameLength: number, extraLength: number): { readonly size: number; readonly offset: number } {
  const [packed, plain, offset] = [bytes.getUint32(p + 20, true), bytes.getUint32(p + 24, true), bytes.getUint32(p + 42, true)];
  const wide: number[] = [];
  const end = p + 46 + nameLength + extraLength;
  for (let q = p + 46 + nameLength; q + 4 <= end; q += 4 + bytes.getUint16(q + 2, true)) {
    if (bytes.getUint16(q, true) !== 1) continue;
    const last = Math.min(end, q + 4 + bytes.getUint16(q + 2, true));
    for (let r = q + 4; r + 8 <= last; r += 8) wide.push(Number(bytes.getBigUint64(r, true)));
    break;
  }
  const resolve = (value: number): number => (value === 0xffffffff ? wide.shift() ?? -1 : value);
  const size = resolve(plain);
  if (packed === 0xffffffff) resolve(packed);
  return { size, offset: resolve(offset) };
}

function locate(read: ReadRange, size: number, entry: { readonly size: number; readonly offset: number }, what: string): ZipEntry {
  if (entry.offset < 0 || entry.size < 0 || !(entry.offset + 30 <= size)) throw broken(what, 'lies outside the file');
  const header = view(read(entry.offset, entry.offset + 30));
  if (header.getUint32(0, true) !== 0x04034b50) throw broken(what, 'has no local header');
  const start = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (!(start + entry.size <= size)) throw broken(what, 'lies outside the file');
  return { start, end: start + entry.size };
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
