import { smoothstep } from './fields.ts';

/** The hairline seen from the side: [height, depth] pairs from the crown down, in head space (cm); hair grows behind it. */
const hairline: readonly (readonly [number, number])[] = [[99, 0.6], [5.9, 0.6], [4.8, -0.7], [3.4, -2.6], [2.4, -4], [1.9, -6], [1.3, -8.2], [-4, -9.2]];

/** For points of the mean head, three numbers each: cm behind the hairline, how far a recession of 1 moves it back, cm above the nape's edge. */
export function hairlineOf(points: Float32Array): Float32Array {
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [points[i], points[i + 1], points[i + 2]];
    out[i] = limitAt(y) - z;
    out[i + 1] = 1.5 * smoothstep(1, 4, Math.abs(x)) + 2.2 * smoothstep(3, 5, y);
    out[i + 2] = 0.8 * (y + 6.2);
  }
  return out;
}

/** Distance (cm) of the i-th point inside the hair, negative outside, for a recession in [0, 1]. */
export function hairlineDistance(table: Float32Array, i: number, recession: number): number {
  const front = table[3 * i] - recession * table[3 * i + 1];
  const nape = table[3 * i + 2];
  return front < nape ? front : nape;
}

function limitAt(y: number): number {
  for (let k = 0; k + 1 < hairline.length; k++) {
    const [[y0, z0], [y1, z1]] = [hairline[k], hairline[k + 1]];
    if (y <= y0 && y > y1) return z0 + ((z1 - z0) * (y0 - y)) / (y0 - y1);
  }
  return -9.4;
}
