import sharp from 'sharp';
import type { Metadata } from 'sharp';
import type { Image } from './image.ts';

export interface DecodeOptions {
  /** Refuse pictures of more pixels than this. Default 268 million (16383 squared). */
  readonly maxPixels?: number;
  /** Reduce pictures of more pixels than this, keeping the aspect, so that memory stays bounded. Default: never. */
  readonly workPixels?: number;
}

export interface Decoded {
  readonly image: Image;
  /** Size of the photograph as it is meant to be seen (after EXIF rotation), in pixels. */
  readonly width: number;
  readonly height: number;
  /** `image.width / width`: 1 unless the picture was reduced. */
  readonly scale: number;
  readonly format: string;
  /** Frames of an animation or pages of a file; only the first is decoded. */
  readonly pages: number;
  /** What had to be done to the file to get there, in the order of `conversions`. */
  readonly conversions: readonly Conversion[];
}

/** How a file may differ from 8-bit RGB pixels as they are shown; stable words that are counted. */
export const conversions = ['rotated', 'greyscale', 'cmyk', '16-bit', 'transparent', 'first-frame', 'reduced'] as const;
export type Conversion = (typeof conversions)[number];

export type DecodeFault = 'undecodable' | 'unsupported-format' | 'too-many-pixels';

/** Thrown for bytes that are no usable picture; `fault` is a stable word that outcomes are counted by. */
export class DecodeError extends Error {
  readonly fault: DecodeFault;

  constructor(fault: DecodeFault, message: string) {
    super(message);
    this.name = 'DecodeError';
    this.fault = fault;
  }
}

/** Formats whose decoders only read pixels: vector formats, which can name other files, are left out on purpose. */
const formats = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif', 'ppm', 'jp2', 'jxl']);
const defaultMaxPixels = 0x3fff * 0x3fff;

/**
 * Decodes any picture to 8-bit sRGB: EXIF rotation applied; greyscale, palette, CMYK, 16-bit and embedded profiles converted; alpha laid over black;
 * the first frame of an animation. Throws `DecodeError` for anything else, never another error.
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Decoded> {
  const header = await readHeader(bytes);
  const pixels = header.width * header.height;
  const maxPixels = options.maxPixels ?? defaultMaxPixels;
  if (pixels > maxPixels) {
    throw new DecodeError('too-many-pixels', `expected at most ${maxPixels} pixels, received ${header.width}x${header.height}`);
  }
  const size = workSize(header.width, header.height, options.workPixels ?? Infinity);
  const reduced = size.width < header.width || size.height < header.height;
  return { ...header, image: await readPixels(bytes, size, maxPixels), scale: size.width / header.width, conversions: [...header.conversions, ...(reduced ? ['reduced' as const] : [])] };
}

type Header = Pick<Decoded, 'width' | 'height' | 'format' | 'pages' | 'conversions'>;

async function readHeader(bytes: Uint8Array): Promise<Header> {
  let meta: Metadata;
  try {
    meta = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw new DecodeError('undecodable', messageOf(error));
  }
  const { format, pages = 1, orientation = 1 } = meta;
  if (!formats.has(format)) throw new DecodeError('unsupported-format', `expected a photograph, received ${format}`);
  const turned = orientation >= 5 && orientation <= 8;
  return { width: turned ? meta.height : meta.width, height: turned ? meta.width : meta.height, format, pages, conversions: conversionsOf(meta) };
}

function conversionsOf({ orientation = 1, channels, space, depth, hasAlpha, pages = 1 }: Metadata): Conversion[] {
  const found: Readonly<Partial<Record<Conversion, boolean>>> = {
    'rotated': orientation > 1, 'greyscale': channels < 3 || space === 'b-w' || space === 'grey16', 'cmyk': space === 'cmyk', '16-bit': depth !== 'uchar', 'transparent': hasAlpha, 'first-frame': pages > 1,
  };
  return conversions.filter((name) => found[name]);
}

function workSize(width: number, height: number, workPixels: number): { width: number; height: number } {
  const scale = Math.min(1, Math.sqrt(workPixels / (width * height)));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

async function readPixels(bytes: Uint8Array, size: { width: number; height: number }, limit: number): Promise<Image> {
  try {
    // `error` accepts the warnings that many cameras' files give, and refuses truncated and broken data.
    const { data, info } = await sharp(bytes, { limitInputPixels: limit, failOn: 'error', sequentialRead: true })
      .autoOrient()
      .resize({ ...size, fit: 'fill', kernel: 'lanczos3' })
      .flatten({ background: '#000' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: threeChannels(data, info.channels) };
  } catch (error) {
    throw new DecodeError('undecodable', messageOf(error));
  }
}

function threeChannels(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let i = 0, j = 0; i < data.length; i += channels, j += 3) {
    rgb[j] = data[i];
    rgb[j + 1] = channels < 3 ? data[i] : data[i + 1];
    rgb[j + 2] = channels < 3 ? data[i] : data[i + 2];
  }
  return rgb;
}

/** The decoder's own words, on one line. */
function messageOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0].slice(0, 200);
}
