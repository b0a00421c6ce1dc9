import { capRows, capVertex, coarseVertices, columns } from './head-mesh.ts';
import { faceBoundary } from './anatomy.ts';
import { smoothstep } from './fields.ts';
import { shapeIndex } from './identity-shapes.ts';
import { meanFace } from './mean-face.ts';

/** The ellipsoid of the skull: centre and radii in head space, cm. */
export interface Skull {
  readonly centre: readonly [number, number, number];
  readonly radii: readonly [number, number, number];
}

/** The 468 points of one face and the skull behind it. */
export interface FaceShape {
  readonly points: Float32Array;
  readonly skull: Skull;
}

export const neutralShape = (): FaceShape => ({ points: Float32Array.from(meanFace), skull: skullOf(undefined) });

/** The skull for an identity's shape vector, or the mean one. */
export function skullOf(shape: Float32Array | undefined): Skull {
  const value = (name: string): number => (shape ? shape[shapeIndex(name)] : 0);
  const width = 1 + 0.035 * value('face-width') + 0.03 * value('skull-width');
  return { centre: [0, 2.6, -7], radii: [7.5 * width, 8.9 * (1 + 0.035 * value('skull-height')), 8.9 * (1 + 0.04 * value('skull-depth'))] };
}

/** `base` moved by fields with their strengths, as a new array of points. */
export function blend(base: ArrayLike<number>, fields: readonly (Float32Array | undefined)[], strengths: Float32Array): Float32Array {
  const points = Float32Array.from(base);
  fields.forEach((field, k) => field && accumulate(points, field, strengths[k]));
  return points;
}

function accumulate(points: Float32Array, field: Float32Array, weight: number): void {
  if (weight === 0) return;
  for (let i = 0; i < points.length; i++) points[i] += weight * field[i];
}

/** All coarse points: the face, and the back of the head swept from its boundary over the skull to a pole at the back. */
export function coarsePoints(face: FaceShape): Float32Array {
  const out = new Float32Array(coarseVertices * 3);
  out.set(face.points);
  const { centre } = face.skull;
  const pole = [0, -0.12, -0.993];
  for (let c = 0; c < columns; c++) {
    const v = 3 * faceBoundary[c];
    const sx = face.points[v] - centre[0], sy = face.points[v + 1] - centre[1], sz = face.points[v + 2] - centre[2];
    const length = Math.hypot(sx, sy, sz);
    const fx = sx / length, fy = sy / length, fz = sz / length;
    const ratio = length / skullRadius(face.skull, fx, fy, fz);
    const angle = Math.acos(Math.max(-1, Math.min(1, fx * pole[0] + fy * pole[1] + fz * pole[2])));
    const whole = Math.sin(angle);
    for (let row = 0; row < capRows.length; row++) {
      const t = capRows[row];
      const a = Math.sin((1 - t) * angle) / whole, b = Math.sin(t * angle) / whole;
      const dx = a * fx + b * pole[0], dy = a * fy + b * pole[1], dz = a * fz + b * pole[2];
      const radius = skullRadius(face.skull, dx, dy, dz) * (1 + (ratio - 1) * (1 - smoothstep(0, 0.45, t)));
      const at = 3 * capVertex(row, c);
      out[at] = centre[0] + radius * dx;
      out[at + 1] = centre[1] + radius * dy;
      out[at + 2] = centre[2] + radius * dz;
    }
  }
  const last = capVertex(capRows.length, 0);
  const back = skullRadius(face.skull, pole[0], pole[1], pole[2]);
  for (let k = 0; k < 3; k++) out[3 * last + k] = centre[k] + back * pole[k];
  return out;
}

/** Distance from the skull's centre to its surface in a direction of unit length. */
export function skullRadius({ radii }: Skull, x: number, y: number, z: number): number {
  return 1 / Math.hypot(x / radii[0], y / radii[1], z / radii[2]);
}
