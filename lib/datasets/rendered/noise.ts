import { stream } from '../../random/stream.ts';
import { lazy } from './lazy.ts';

const side = 256;
const mask = side - 1;

/** Fixed tables of random numbers, drawn once from the library's streams; a picture's own seed only decides where they are read. */
export interface NoiseTables {
  /** 256 x 256 uniform numbers in [0, 1]. */
  readonly uniform: Float32Array;
  /** 8192 standard normals. */
  readonly normal: Float32Array;
  /** 256 uniform numbers for the tips of strands. */
  readonly tips: Float32Array;
}

export const noiseTables: () => NoiseTables = lazy(() => {
  const u = stream(0, 'rendered-faces', 'noise', 'uniform');
  const n = stream(0, 'rendered-faces', 'noise', 'normal');
  const t = stream(0, 'rendered-faces', 'noise', 'tips');
  return {
    uniform: Float32Array.from({ length: side * side }, () => u.uniform()),
    normal: Float32Array.from({ length: 8192 }, () => n.normal()),
    tips: Float32Array.from({ length: 256 }, () => t.uniform()),
  };
});

/** Smooth value noise in [0, 1] with features of unit size, from a 256 x 256 table that tiles the plane. */
export function valueNoise(table: Float32Array, x: number, y: number): number {
  const xf = Math.floor(x), yf = Math.floor(y);
  let fx = x - xf, fy = y - yf;
  fx = fx * fx * (3 - 2 * fx);
  fy = fy * fy * (3 - 2 * fy);
  const x0 = xf & mask, x1 = (xf + 1) & mask, y0 = (yf & mask) * side, y1 = ((yf + 1) & mask) * side;
  const a = table[y0 + x0], b = table[y0 + x1], c = table[y1 + x0], d = table[y1 + x1];
  const top = a + (b - a) * fx;
  return top + (c + (d - c) * fx - top) * fy;
}

/** A 32-bit integer hash of two integers (Wang's and Jenkins' mixing), to scatter reads of the tables. */
export function scatter(seed: number, index: number): number {
  let h = Math.imul(seed ^ (index + 0x9e3779b9), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
