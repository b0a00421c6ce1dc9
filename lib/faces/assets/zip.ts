import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/**
 * One file out of a zip archive (a Python wheel is one), stored or deflated, up to `maxBytes`. Throws where the archive has no such file
 * or is not a plain zip (zip64, encryption and split archives are refused).
 */
export function readZipFile(zip: Buffer, name: string, maxBytes = 1 << 26): Buffer {
  const end = findEnd(zip);
  let at = zip.readUInt32LE(end + 16);
  for (let i = zip.readUInt16LE(end + 10); i > 0; i--) {
    if (zip.readUInt32LE(at) !== directoryEntry) throw new Error('the zip directory is damaged');
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) return extract(zip, at, name, maxBytes);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`the zip archive has no "${name}"`);
}

function findEnd(zip: Buffer): number {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 0xffff); at--) {
    if (zip.readUInt32LE(at) === endOfDirectory) return at;
  }
  throw new Error('expected a zip archive, received other bytes');
}

function extract(zip: Buffer, entry: number, name: string, maxBytes: number): Buffer {
  const encrypted = (zip.readUInt16LE(entry + 8) & 1) === 1;
  const method = zip.readUInt16LE(entry + 10);
  const packed = zip.readUInt32LE(entry + 20);
  const size = zip.readUInt32LE(entry + 24);
  const local = zip.readUInt32LE(entry + 42);
  if (encrypted || (method !== 0 && method !== 8) || size > maxBytes) throw new Error(`"${name}" cannot be read from the zip archive`);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const body = zip.subarray(start, start + packed);
  const out = method === 0 ? Buffer.from(body) : inflateRawSync(body, { maxOutputLength: maxBytes });
  if (out.length !== size) throw new Error(`"${name}" has ${out.length} bytes in the zip archive, not ${size}`);
  return out;
}
