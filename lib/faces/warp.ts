import type { Image } from './image.ts';
import { invertSimilarity, scaleOf } from './similarity.ts';
import type { Similarity } from './similarity.ts';

export interface Warped {
  readonly image: Image;
  /** Share of the crop that lies inside the photograph, 0 to 1; the rest is black. */
  readonly coverage: number;
}

/** More samples than this per axis and pixel add time, not quality. */
const maxSamples = 32;

/**
 * The part of a photograph that `toCrop` (photograph -> crop) lays into a `width` x `height` crop. Where the crop is smaller than what it shows, each of its pixels
 * is the mean over its whole footprint (no aliasing); where it is larger, bilinear. Outside the photograph: black.
 */
export function warp(photo: Image, toCrop: Similarity, width: number, height: number = width): Warped {
  const back = invertSimilarity(toCrop);
  const samples = Math.min(maxSamples, Math.max(1, Math.ceil(scaleOf(back) - 1e-6)));
  const data = new Uint8Array(width * height * 3);
  const reach = scaleOf(back) + 1;
  let inside = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = back.a * (x + 0.5) - back.b * (y + 0.5) + back.tx;
      const v = back.b * (x + 0.5) + back.a * (y + 0.5) + back.ty;
      const at = (y * width + x) * 3;
      if (u > reach && v > reach && u < photo.width - reach && v < photo.height - reach) {
        innerPixel(photo, back, x, y, samples, data, at);
        inside += 1;
      } else inside += borderPixel(photo, back, x, y, samples, data, at);
    }
  }
  return { image: { width, height, data }, coverage: inside / (width * height) };
}

/** The mean of `samples` x `samples` bilinear samples that all lie well inside the photograph: the case that must be fast. */
function innerPixel(photo: Image, back: Similarity, x: number, y: number, samples: number, out: Uint8Array, at: number): void {
  const { width, data } = photo;
  const count = samples * samples;
  let r = 0, g = 0, b = 0;
  const row = width * 3;
  for (let j = 0; j < samples; j++) {
    const v = y + (j + 0.5) / samples;
    for (let i = 0; i < samples; i++) {
      const u = x + (i + 0.5) / samples;
      const px = back.a * u - back.b * v + back.tx - 0.5;
      const py = back.b * u + back.a * v + back.ty - 0.5;
      // both are positive here, so that cutting the fraction off is rounding down
      const left = px | 0;
      const top = py | 0;
      const fx = px - left;
      const fy = py - top;
      const p = top * row + left * 3;
      const q = p + row;
      const w11 = fx * fy;
      const w10 = fx - w11;
      const w01 = fy - w11;
      const w00 = 1 - fx - w01;
      r += w00 * data[p] + w10 * data[p + 3] + w01 * data[q] + w11 * data[q + 3];
      g += w00 * data[p + 1] + w10 * data[p + 4] + w01 * data[q + 1] + w11 * data[q + 4];
      b += w00 * data[p + 2] + w10 * data[p + 5] + w01 * data[q + 2] + w11 * data[q + 5];
    }
  }
  out[at] = Math.round(r / count);
  out[at + 1] = Math.round(g / count);
  out[at + 2] = Math.round(b / count);
}

/** The same where samples may lie outside; gives the share of them that lie inside. */
function borderPixel(photo: Image, back: Similarity, x: number, y: number, samples: number, out: Uint8Array, at: number): number {
  const sum = [0, 0, 0, 0];
  const count = samples * samples;
  for (let j = 0; j < samples; j++) {
    const v = y + (j + 0.5) / samples;
    for (let i = 0; i < samples; i++) {
      const u = x + (i + 0.5) / samples;
      addBilinear(photo, back.a * u - back.b * v + back.tx, back.b * u + back.a * v + back.ty, sum);
    }
  }
  for (let c = 0; c < 3; c++) out[at + c] = Math.round(sum[c] / count);
  return sum[3] / count;
}

/** Adds the colour at continuous (x, y), taking what lies beyond the border as black. */
function addBilinear(photo: Image, x: number, y: number, sum: number[]): void {
  const { width, height, data } = photo;
  if (x <= -0.5 || y <= -0.5 || x >= width + 0.5 || y >= height + 0.5) return;
  if (x >= 0 && y >= 0 && x <= width && y <= height) sum[3] += 1;
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const fx = x - 0.5 - left;
  const fy = y - 0.5 - top;
  for (let dy = 0; dy < 2; dy++) {
    const row = top + dy;
    if (row < 0 || row >= height) continue;
    const wy = dy === 0 ? 1 - fy : fy;
    for (let dx = 0; dx < 2; dx++) {
      const column = left + dx;
      if (column < 0 || column >= width) continue;
      const weight = wy * (dx === 0 ? 1 - fx : fx);
      const at = (row * width + column) * 3;
      sum[0] += weight * data[at];
      sum[1] += weight * data[at + 1];
      sum[2] += weight * data[at + 2];
    }
  }
}
