import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, normalize, isAbsolute } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * Writes the entries of a zip file (a wheel) that `place` wants, streaming, without holding one in memory.
 * @param {string} zip
 * @param {string} into folder
 * @param {(name: string) => string | undefined} place the path below `into`, or undefined to leave the entry out
 * @param {(bytes: number) => void} [onBytes] bytes written so far
 * @returns {Promise<string[]>} the paths written
 */
export async function unzip(zip, into, place, onBytes = () => {}) {
  const file = await open(zip, 'r');
  try {
    const written = [];
    let bytes = 0;
    for (const entry of await readDirectory(file)) {
      const target = place(entry.name);
      if (target === undefined || entry.name.endsWith('/')) continue;
      if (isAbsolute(target) || normalize(target).startsWith('..')) throw new Error(`${zip}: entry ${entry.name} points outside`);
      await extract(zip, file, entry, join(into, target), (count) => onBytes((bytes += count)));
      written.push(target);
    }
    return written;
  } finally {
    await file.close();
  }
}

/** @param {import('node:fs/promises').FileHandle} file */
async function readDirectory(file) {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (at < 0 || tail.readUInt32LE(at) !== END_OF_DIRECTORY) throw new Error('not a zip file');
  const count = tail.readUInt16LE(at + 10);
  const length = tail.readUInt32LE(at + 12);
  const start = tail.readUInt32LE(at + 16);
  if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) throw new Error('zip64 files are not supported');
  return parseDirectory(await readAt(file, start, length), count);
}

/** @param {Buffer} directory @param {number} count */
function parseDirectory(directory, count) {
  const found = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (directory.readUInt32LE(at) !== ENTRY) throw new Error('damaged zip directory');
    const nameLength = directory.readUInt16LE(at + 28);
    found.push({
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      mode: (directory.readUInt32LE(at + 38) >>> 16) & 0o777,
      offset: directory.readUInt32LE(at + 42),
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return found;
}

/**
 * @param {string} zip @param {import('node:fs/promises').FileHandle} file
 * @param {{ method: number, packed: number, size: number, mode: number, offset: number, name: string }} entry
 * @param {string} target @param {(bytes: number) => void} onBytes
 */
async function extract(zip, file, entry, target, onBytes) {
  if (entry.method !== STORED && entry.method !== DEFLATED) throw new Error(`${entry.name}: unknown compression ${entry.method}`);
  const local = await readAt(file, entry.offset, 30);
  const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  mkdirSync(dirname(target), { recursive: true });
  const sink = createWriteStream(target, { mode: entry.mode & 0o100 ? 0o755 : 0o644 });
  if (entry.packed > 0) {
    const source = createReadStream(zip, { start, end: start + entry.packed - 1, highWaterMark: 1 << 20 });
    const count = async function* (chunks) {
      for await (const chunk of chunks) {
        onBytes(chunk.length);
        yield chunk;
      }
    };
    await pipeline(entry.method === DEFLATED ? [source, createInflateRaw({ chunkSize: 1 << 20 }), count, sink] : [source, count, sink]);
  } else await new Promise((done) => sink.end(done));
  if (sink.bytesWritten !== entry.size) throw new Error(`${entry.name}: ${sink.bytesWritten} bytes instead of ${entry.size}`);
}

/** @param {import('node:fs/promises').FileHandle} file @param {number} position @param {number} length */
async function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error('truncated zip file');
  return buffer;
}
