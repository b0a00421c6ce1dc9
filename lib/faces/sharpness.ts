import type { Image } from './image.ts';

/** The picture's lightness (Rec. 601 luma), one float in 0..255 per pixel. */
export function luma({ data }: Image): Float32Array {
  const out = new Float32Array(data.length / 3);
  for (let i = 0; i < out.length; i++) out[i] = 0.299 * data[i * 3] + 0.587 * data[i * 3 + 1] + 0.114 * data[i * 3 + 2];
  return out;
}

/**
 * How sharp the middle half of a face crop is: the standard deviation of the Laplacian over that of the lightness, so that contrast does not count.
 * For a 112 crop 0.2 to 0.8 is sharp; a face of 38 pixels between the eyes blurred with a sigma of 3 gives about 0.09. 0 for an even picture.
 */
export function sharpness(crop: Image): number {
  const { width, height } = crop;
  const grey = luma(crop);
  const light: number[] = [];
  const edges: number[] = [];
  for (let y = Math.floor(height / 4); y < Math.ceil((height * 3) / 4); y++) {
    for (let x = Math.floor(width / 4); x < Math.ceil((width * 3) / 4); x++) {
      const at = y * width + x;
      light.push(grey[at]);
      edges.push(grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width] - 4 * grey[at]);
    }
  }
  const spread = deviation(light);
  return spread < 1e-6 ? 0 : deviation(edges) / spread;
}

/** The mean lightness of the middle half of a crop, 0 to 255. */
export function brightness(crop: Image): number {
  const { width, height } = crop;
  const grey = luma(crop);
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(height / 4); y < Math.ceil((height * 3) / 4); y++) {
    for (let x = Math.floor(width / 4); x < Math.ceil((width * 3) / 4); x++) {
      sum += grey[y * width + x];
      count += 1;
    }
  }
  return sum / count;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
