import { meanFace } from './mean-face.ts';

export type Vec3 = readonly [number, number, number];

/** A displacement of the mean face: centimetres at each of its 468 points, [x, y, z] in a row. */
export type Field = Float32Array;

/** A smooth bump about one vertex of the mean face (mirrored to the other side when the vertex is off the middle). */
export interface Bump {
  readonly at: number | Vec3;
  /** Distance at which the bump has fallen to 1/e, in cm; one number or one per axis. */
  readonly radius: number | Vec3;
  /** Movement at the centre, in cm; x is positive outwards on both sides. */
  readonly move: Vec3;
  /** Weights in [0, 1] per vertex that gate the bump (see `zones.ts`). */
  readonly zone?: Float32Array;
}

const points = meanFace.length / 3;

export const meanPoint = (i: number): Vec3 => [meanFace[3 * i], meanFace[3 * i + 1], meanFace[3 * i + 2]];

/** The sum of Gaussian bumps over the mean face, as a field of 468 x 3 displacements. */
export function bumps(...list: readonly Bump[]): Field {
  const field = new Float32Array(points * 3);
  for (const bump of list) {
    const centre = typeof bump.at === 'number' ? meanPoint(bump.at) : bump.at;
    const outward = Math.sign(centre[0]) || 1;
    const move: Vec3 = [bump.move[0] * outward, bump.move[1], bump.move[2]];
    addBump(field, bump, centre, move);
    if (Math.abs(centre[0]) > 0.05) addBump(field, bump, [-centre[0], centre[1], centre[2]], [-move[0], move[1], move[2]]);
  }
  return field;
}

function addBump(field: Field, bump: Bump, centre: Vec3, move: Vec3): void {
  const [rx, ry, rz] = typeof bump.radius === 'number' ? [bump.radius, bump.radius, bump.radius] : bump.radius;
  for (let i = 0; i < points; i++) {
    const dx = (meanFace[3 * i] - centre[0]) / rx;
    const dy = (meanFace[3 * i + 1] - centre[1]) / ry;
    const dz = (meanFace[3 * i + 2] - centre[2]) / rz;
    const weight = Math.exp(-(dx * dx + dy * dy + dz * dz)) * (bump.zone ? bump.zone[i] : 1);
    for (let axis = 0; axis < 3; axis++) field[3 * i + axis] += weight * move[axis];
  }
}

/** A field from a function of the mean point: its result is the displacement there. */
export function mapped(displace: (point: Vec3, vertex: number) => Vec3): Field {
  const field = new Float32Array(points * 3);
  for (let i = 0; i < points; i++) field.set(displace(meanPoint(i), i), 3 * i);
  return field;
}

/** The sum of fields. */
export function sum(...fields: readonly Field[]): Field {
  const out = new Float32Array(points * 3);
  for (const field of fields) for (let i = 0; i < out.length; i++) out[i] += field[i];
  return out;
}

export const smoothstep = (low: number, high: number, x: number): number => {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
};
