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
  const sum = new Float64Array(4);
  let inside = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sum.fill(0);
      addFootprint(photo, back, x, y, samples, sum);
      const at = (y * width + x) * 3;
      const count = samples * samples;
      for (let c = 0; c < 3; c++) data[at + c] = Math.round(sum[c] / count);
      inside += sum[3] / count;
    }
  }
  return { image: { width, height, data }, coverage: inside / (width * height) };
}

/** Adds `samples` x `samples` bilinear samples of crop pixel (x, y), and in `sum[3]` how many lie inside the photograph. */
function addFootprint(photo: Image, back: Similarity, x: number, y: number, samples: number, sum: Float64Array): void {
  for (let j = 0; j < samples; j++) {
    const v = y + (j + 0.5) / samples;
    for (let i = 0; i < samples; i++) {
      const u = x + (i + 0.5) / samples;
      addBilinear(photo, back.a * u - back.b * v + back.tx, back.b * u + back.a * v + back.ty, sum);
    }
  }
}

/** Adds the colour at continuous (x, y), taking what lies beyond the border as black. */
function addBilinear(photo: Image, x: number, y: number, sum: Float64Array): void {
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
