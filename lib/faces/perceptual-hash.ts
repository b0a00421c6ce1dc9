import { luma } from './sharpness.ts';
import { warp } from './warp.ts';
import type { Image } from './image.ts';

const side = 16;

/**
 * A difference hash of 256 bits as 64 hexadecimal digits: the picture averaged down to 17 x 16, one bit for each pixel that is lighter than its neighbour to the
 * right. Copies that were resized or compressed again differ in a few bits, different faces in about a hundred.
 */
export function perceptualHash(image: Image): string {
  const shrunk = stretched(image);
  const grey = luma(shrunk);
  let hex = '';
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x += 4) {
      let digit = 0;
      for (let bit = 0; bit < 4; bit++) {
        const at = y * (side + 1) + x + bit;
        digit = digit * 2 + (grey[at] > grey[at + 1] ? 1 : 0);
      }
      hex += digit.toString(16);
    }
  }
  return hex;
}

/** Bits in which two hashes of one length differ. */
export function hashDistance(p: string, q: string): number {
  let distance = 0;
  for (let i = 0; i < p.length; i++) {
    let bits = Number.parseInt(p[i], 16) ^ Number.parseInt(q[i], 16);
    for (; bits > 0; bits >>= 1) distance += bits & 1;
  }
  return distance;
}

/** 17 x 16, each pixel the mean over its area of a square picture's middle. */
function stretched(image: Image): Image {
  const scale = (side + 1) / image.width;
  return warp(image, { a: scale, b: 0, tx: 0, ty: (side - image.height * scale) / 2 }, side + 1, side).image;
}
