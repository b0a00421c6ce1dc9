import { inflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { Image, Plane } from './image.ts';

export interface PngOptions {
  /** Text chunks by keyword (1 to 79 Latin-1 characters); `XML:com.adobe.xmp` is how PNG carries XMP. */
  readonly text?: Readonly<Record<string, string>>;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG of an RGB picture or a grey plane, with its text chunks; the same input always gives the same bytes. */
export async function encodePng(image: Image | Plane, options: PngOptions = {}): Promise<Buffer> {
  const { width, height, data } = image;
  const channels = data.length / (width * height);
  if (channels !== 1 && channels !== 3) throw new RangeError(`expected 1 or 3 channels, received ${channels}`);
  let pipeline = sharp(data, { raw: { width, height, channels } });
  if (channels === 1) pipeline = pipeline.toColourspace('b-w');
  const png = await pipeline.png({ compressionLevel: 6, adaptiveFiltering: channels === 3 }).toBuffer();
  return withPngText(png, options.text ?? {});
}

/** The PNG with text chunks added directly after its header, in the order of the record's keys. */
export function withPngText(png: Uint8Array, text: Readonly<Record<string, string>>): Buffer {
  const headerEnd = signature.length + 12 + 13;
  const chunks = Object.entries(text).map(([keyword, value]) => textChunk(keyword, value));
  return Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)]);
}

/** All text chunks (tEXt, zTXt, iTXt) of a PNG by keyword; throws where the file is no PNG or a checksum is wrong. */
export function readPngText(png: Uint8Array): Record<string, string> {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  if (!bytes.subarray(0, 8).equals(signature)) throw new Error('expected a PNG, received other bytes');
  const text: Record<string, string> = {};
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw new Error(`PNG chunk ${type} is cut short`);
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) throw new Error(`PNG chunk ${type} has a wrong checksum`);
    const entry = parseText(type, bytes.subarray(at + 8, end));
    if (entry) text[entry[0]] = entry[1];
    at = end + 4;
  }
  return text;
}

/** tEXt where Latin-1 holds the value, else iTXt (UTF-8, uncompressed). */
function textChunk(keyword: string, value: string): Buffer {
  if (!/^[\x20-\x7e\xa1-\xff]{1,79}$/.test(keyword)) throw new RangeError(`"${keyword}" is no PNG keyword (1 to 79 Latin-1 characters)`);
  if (value.includes('\0')) throw new RangeError(`the text of "${keyword}" contains a zero byte`);
  const plain = /^[\n\x20-\x7e\xa0-\xff]*$/.test(value) && !keyword.startsWith('XML:');
  const body = plain
    ? Buffer.concat([Buffer.from(`${keyword}\0`, 'latin1'), Buffer.from(value, 'latin1')])
    : Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(value, 'utf8')]);
  return chunk(plain ? 'tEXt' : 'iTXt', body);
}

function chunk(type: string, body: Buffer): Buffer {
  const out = Buffer.alloc(12 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, 'latin1');
  body.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
  return out;
}

function parseText(type: string, body: Buffer): [string, string] | undefined {
  if (type !== 'tEXt' && type !== 'zTXt' && type !== 'iTXt') return undefined;
  const split = body.indexOf(0);
  if (split < 0) throw new Error(`PNG chunk ${type} has no keyword`);
  const keyword = body.toString('latin1', 0, split);
  if (type === 'tEXt') return [keyword, body.toString('latin1', split + 1)];
  if (type === 'zTXt') return [keyword, inflateSync(body.subarray(split + 2), { maxOutputLength: 1 << 24 }).toString('latin1')];
  const compressed = body[split + 1] === 1;
  const language = body.indexOf(0, split + 3);
  const translated = body.indexOf(0, language + 1);
  if (language < 0 || translated < 0) throw new Error('PNG chunk iTXt is malformed');
  const value = body.subarray(translated + 1);
  return [keyword, (compressed ? inflateSync(value, { maxOutputLength: 1 << 24 }) : value).toString('utf8')];
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 of the PNG specification (node:zlib has one only from Node 20.15 on). */
function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
