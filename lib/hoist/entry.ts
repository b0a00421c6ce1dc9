import { createHash } from 'node:crypto';

// A kept value on disk: a mark, the SHA-256 of the numbers, the numbers (little-endian float32).
const MARK = Buffer.from('swaphst1');
const HEAD = MARK.length + 32;

/** The bytes of an entry. */
export function encodeEntry(data: Float32Array): Buffer {
  const body = bytesOf(data);
  return Buffer.concat([MARK, createHash('sha256').update(body).digest(), body]);
}

/** Puts an entry's numbers at their place. Gives false, and changes nothing, where the entry is damaged or of another length. */
export function decodeEntry(entry: Buffer, into: Float32Array): boolean {
  const body = entry.subarray(HEAD);
  if (body.length !== into.byteLength || !entry.subarray(0, MARK.length).equals(MARK)) return false;
  if (!createHash('sha256').update(body).digest().equals(entry.subarray(MARK.length, HEAD))) return false;
  body.copy(bytesOf(into));
  return true;
}

/** Bytes of an entry of so many numbers. */
export const entryBytes = (floats: number): number => HEAD + 4 * floats;

const bytesOf = (data: Float32Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
