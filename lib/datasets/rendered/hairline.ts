import { smoothstep } from './fields.ts';

/** Depth (cm) behind which hair grows, for a point of the mean head, negative in front of the hairline. */
export function hairlineDistance(x: number, y: number, z: number, recession: number): number {
  const temple = 1.5 * recession * smoothstep(1, 4, Math.abs(x)) + 2.2 * recession * smoothstep(3, 5, y);
  let limit = 0.2;
  for (let k = 0; k + 1 < hairline.length; k++) {
    const [[y0, z0], [y1, z1]] = [hairline[k], hairline[k + 1]];
    if (y <= y0 && y > y1) limit = z0 + ((z1 - z0) * (y0 - y)) / (y0 - y1);
  }
  if (y <= hairline[hairline.length - 1][0]) limit = -9.4;
  const front = limit - temple - z;
  return Math.min(front, 0.8 * (y + 6.2));
}

const hairline: readonly (readonly [number, number])[] = [[99, 0.6], [5.9, 0.6], [4.8, -0.7], [3.4, -2.6], [2.4, -4], [1.9, -6], [1.3, -8.2], [-4, -9.2]];
