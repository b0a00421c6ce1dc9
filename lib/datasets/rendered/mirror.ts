import { faceTexture } from './mesh-topology.ts';

/** The vertex on the other side of the face for each of the 468, found by the symmetric texture coordinates. */
export const mirrorVertex: readonly number[] = Array.from({ length: faceTexture.length / 2 }, (_, i) => nearestTo(1 - faceTexture[2 * i], faceTexture[2 * i + 1]));

function nearestTo(u: number, v: number): number {
  let best = 0;
  let bestDistance = Infinity;
  for (let i = 0; i < faceTexture.length / 2; i++) {
    const distance = (faceTexture[2 * i] - u) ** 2 + (faceTexture[2 * i + 1] - v) ** 2;
    if (distance < bestDistance) [best, bestDistance] = [i, distance];
  }
  return best;
}
