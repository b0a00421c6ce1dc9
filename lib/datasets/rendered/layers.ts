import { inFaceMask } from './materials.ts';

/** The picture and its truth, pixel by pixel. */
export interface Layers {
  /** Linear RGB: first the background where the pixel is not covered, then the picture, [size, size, 3]. */
  readonly colour: Float32Array;
  readonly parts: Uint8Array;
  readonly mask: Float32Array;
  readonly depth: Float32Array;
  readonly normals: Float32Array;
}

/** Writes what a pixel shows; `depth` in cm, the normal in camera space. */
export function writeTruth(out: Layers, pixel: number, part: number, depth: number, x: number, y: number, z: number): void {
  out.parts[pixel] = part;
  out.mask[pixel] = inFaceMask[part];
  out.depth[pixel] = depth;
  out.normals[3 * pixel] = x;
  out.normals[3 * pixel + 1] = y;
  out.normals[3 * pixel + 2] = z;
}

/** Makes a pixel background. */
export function clearTruth(out: Layers, pixel: number): void {
  writeTruth(out, pixel, 0, 0, 0, 0, 0);
}
