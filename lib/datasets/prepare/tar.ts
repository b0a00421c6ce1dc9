import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { failure } from '../../diagnostics/failure.ts';

export interface TarMember {
  readonly name: string;
  /** Where its bytes begin in the archive. */
  readonly offset: number;
  readonly size: number;
}

const block = 512;

/** The regular files in an uncompressed tar archive (ustar, pax and GNU long names), in its order. @throws DiagnosticError for other bytes */
export async function listTar(path: string): Promise<TarMember[]> {
  const file = await open(path);
  try {
    const members: TarMember[] = [];
    let longName: string | undefined;
    for (let at = 0; ; ) {
      const header = await readAt(file, at, block);
      if (header.length < block || header.every((byte) => byte === 0)) return members;
      const { name, size, type } = readHeader(header, path, at);
      const offset = at + block;
      if (type === 'x' || type === 'L') longName = longNameOf(type, await readAt(file, offset, Math.min(size, 1 << 20))) ?? longName;
      else {
        if (type === '0' || type === '\0' || type === '') members.push({ name: (longName ?? name).replace(/^\.\//, ''), offset, size });
        longName = undefined;
      }
      at = offset + Math.ceil(size / block) * block;
    }
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}

function readHeader(header: Buffer, path: string, at: number): { name: string; size: number; type: string } {
  const text = (from: number, to: number) => header.toString('utf8', from, to).replace(/\0.*$/s, '');
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (sum !== Number.parseInt(text(148, 156).trim(), 8)) throw failure('prepare/tar', `${path} is no uncompressed tar archive, or is damaged at byte ${at}`);
  // Sizes of 8 GiB and more are written in base 256.
  const size = header[124] & 0x80 ? Number(header.readBigUInt64BE(128)) : Number.parseInt(text(124, 136).trim() || '0', 8);
  const prefix = text(257, 262) === 'ustar' ? text(345, 500) : '';
  return { name: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100), size, type: String.fromCharCode(header[156]) };
}

function longNameOf(type: string, body: Buffer): string | undefined {
  if (type === 'L') return body.toString('utf8').replace(/\0.*$/s, '');
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = Number(body.toString('latin1', at, space));
    if (space < 0 || !(length > 0)) return undefined;
    const [key, ...value] = body.toString('utf8', space + 1, at + length - 1).split('=');
    if (key === 'path') return value.join('=');
    at += length;
  }
  return undefined;
}

/** The header of a tar member (ustar; a name of at most 100 bytes), always the same for the same name and size. */
export function tarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`"${name}" is too long for a tar member (100 bytes)`);
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, width: number) => header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  header.write(name, 0, 'utf8');
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.write('        ', 148, 'latin1');
  header.write('0ustar\x0000', 156, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Zeros that fill a member of this size up to whole blocks. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}

/** What ends an archive. */
export const tarEnd = Buffer.alloc(2 * block);
