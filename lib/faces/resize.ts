import sharp from 'sharp';
import type { Image } from './image.ts';

/** The picture at another size, anti-aliased when it shrinks (libvips, linear kernel); the aspect is the caller's business. */
export async function resizeImage(image: Image, width: number, height: number): Promise<Image> {
  if (width === image.width && height === image.height) return image;
  const raw = { width: image.width, height: image.height, channels: 3 as const };
  const data = await sharp(image.data, { raw, limitInputPixels: false }).resize({ width, height, fit: 'fill', kernel: 'linear' }).raw().toBuffer();
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
