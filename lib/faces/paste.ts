import type { Image, Plane } from './image.ts';
import { applySimilarity, invertSimilarity, scaleOf } from './similarity.ts';
import type { Point, Similarity } from './similarity.ts';

/**
 * The photograph with a crop laid back where `toCrop` (photograph -> crop) had taken it from, weighted by `mask` (255: the crop, 0: the photograph).
 * Pixels outside the crop or under a mask of 0 keep their bytes. Crop and mask must have one size.
 */
export function paste(photo: Image, crop: Image, mask: Plane, toCrop: Similarity): Image {
  if (crop.width !== mask.width || crop.height !== mask.height) {
    throw new RangeError(`expected a mask of ${crop.width}x${crop.height}, received ${mask.width}x${mask.height}`);
  }
  const out = Uint8Array.from(photo.data);
  const [x0, y0, x1, y1] = boundsInPhoto(photo, crop, toCrop);
  const samples = Math.max(1, Math.ceil(scaleOf(toCrop) - 1e-6));
  const sum = new Float64Array(4);
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      sum.fill(0);
      addFootprint(crop, mask, toCrop, x, y, samples, sum);
      if (sum[3] === 0) continue;
      const opacity = Math.min(1, sum[3] / (samples * samples * 255));
      const at = (y * photo.width + x) * 3;
      for (let c = 0; c < 3; c++) out[at + c] = Math.round(photo.data[at + c] * (1 - opacity) + (sum[c] / sum[3]) * opacity);
    }
  }
  return { width: photo.width, height: photo.height, data: out };
}

/** Adds mask-weighted colour (0 to 2) and mask (3) over the photograph pixel's footprint in the crop. */
function addFootprint(crop: Image, mask: Plane, toCrop: Similarity, x: number, y: number, samples: number, sum: Float64Array): void {
  for (let j = 0; j < samples; j++) {
    for (let i = 0; i < samples; i++) {
      const [u, v] = applySimilarity(toCrop, [x + (i + 0.5) / samples, y + (j + 0.5) / samples]);
      if (u >= 0 && v >= 0 && u < crop.width && v < crop.height) addBilinear(crop, mask, u - 0.5, v - 0.5, sum);
    }
  }
}

/** Bilinear, the border pixels repeated beyond the border. */
function addBilinear(crop: Image, mask: Plane, x: number, y: number, sum: Float64Array): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  for (let dy = 0; dy < 2; dy++) {
    const row = Math.min(crop.height - 1, Math.max(0, top + dy));
    const wy = dy === 0 ? 1 - (y - top) : y - top;
    for (let dx = 0; dx < 2; dx++) {
      const column = Math.min(crop.width - 1, Math.max(0, left + dx));
      const at = row * crop.width + column;
      const weight = wy * (dx === 0 ? 1 - (x - left) : x - left) * mask.data[at];
      sum[0] += weight * crop.data[at * 3];
      sum[1] += weight * crop.data[at * 3 + 1];
      sum[2] += weight * crop.data[at * 3 + 2];
      sum[3] += weight;
    }
  }
}

function boundsInPhoto(photo: Image, crop: Image, toCrop: Similarity): [number, number, number, number] {
  const back = invertSimilarity(toCrop);
  const corners: Point[] = [[0, 0], [crop.width, 0], [0, crop.height], [crop.width, crop.height]];
  const placed = corners.map((corner) => applySimilarity(back, corner));
  const xs = placed.map(([x]) => x);
  const ys = placed.map(([, y]) => y);
  return [
    Math.max(0, Math.floor(Math.min(...xs))),
    Math.max(0, Math.floor(Math.min(...ys))),
    Math.min(photo.width, Math.ceil(Math.max(...xs))),
    Math.min(photo.height, Math.ceil(Math.max(...ys))),
  ];
}
