import { cropSimilarity } from '../../faces/templates.ts';
import type { FivePoints } from '../../faces/landmarks.ts';
import type { Camera, Pose } from './parameters.ts';
import type { Workspace } from './workspace.ts';

/** A 3x3 matrix, row by row. */
export type Matrix3 = readonly number[];

/** Projection: picture x = a X + b Y + tx, y = b' … as a similarity [a, b, tx, ty] of the plane at unit distance (X right, Y down). */
export interface Projection {
  readonly rotation: Matrix3;
  readonly torso: Matrix3;
  readonly distance: number;
  readonly similarity: readonly [number, number, number, number];
}

/** The point of head space about which the head turns, near the middle of the head. */
export const pivot: readonly [number, number, number] = [0, -2.5, -4];
const neckPivot: readonly [number, number, number] = [0, -9, -9];

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** roll(yaw(pitch(·))) in camera space (x right, y up, z to the viewer); signs as in `Pose`. */
export function rotationOf(pose: Pose): Matrix3 {
  const [cy, sy] = [Math.cos(radians(pose.yaw)), Math.sin(radians(pose.yaw))];
  const [cp, sp] = [Math.cos(radians(pose.pitch)), Math.sin(radians(pose.pitch))];
  const [cr, sr] = [Math.cos(radians(pose.roll)), Math.sin(radians(pose.roll))];
  // pitch: y' = c y + s z, z' = -s y + c z; yaw: x' = c x + s z, z' = -s x + c z; roll (clockwise): x' = c x + s y, y' = -s x + c y
  const m = [cy, -sy * sp, sy * cp, 0, cp, sp, -sy, -cy * sp, cy * cp];
  const row = (k: number): number[] => [m[3 * k], m[3 * k + 1], m[3 * k + 2]];
  const [x, y, z] = [row(0), row(1), row(2)];
  return [...x.map((v, k) => cr * v + sr * y[k]), ...y.map((v, k) => cr * v - sr * x[k]), ...z];
}

/** A head-space point in camera space: turned about the pivot, `distance` in front of the lens (z negative). */
export function toView(rotation: Matrix3, distance: number, x: number, y: number, z: number): [number, number, number] {
  const [dx, dy, dz] = [x - pivot[0], y - pivot[1], z - pivot[2]];
  return [
    rotation[0] * dx + rotation[1] * dy + rotation[2] * dz,
    rotation[3] * dx + rotation[4] * dy + rotation[5] * dz,
    rotation[6] * dx + rotation[7] * dy + rotation[8] * dz - distance,
  ];
}

/** The plane at unit distance from the lens: X right, Y down. */
export function toPlane(view: readonly number[]): [number, number] {
  return [view[0] / -view[2], view[1] / view[2]];
}

/** Moves every vertex of the workspace, or those from `first` on, to camera space and onto the sample grid (`scale` samples a pixel). */
export function projectAll(w: Workspace, p: Projection, scale: number, first = 0): void {
  const { local, view, torso, screenX, screenY, nearness } = w;
  const [a, b, tx, ty] = p.similarity;
  const r = p.rotation, t = p.torso;
  // the torso turns less than the head, about the foot of the neck
  const foot = toView(r, p.distance, neckPivot[0], neckPivot[1], neckPivot[2]);
  for (let i = first; i < w.vertices; i++) {
    const dx = local[3 * i] - pivot[0], dy = local[3 * i + 1] - pivot[1], dz = local[3 * i + 2] - pivot[2];
    let x = r[0] * dx + r[1] * dy + r[2] * dz;
    let y = r[3] * dx + r[4] * dy + r[5] * dz;
    let z = r[6] * dx + r[7] * dy + r[8] * dz - p.distance;
    const k = torso[i];
    if (k > 0) {
      const nx = local[3 * i] - neckPivot[0], ny = local[3 * i + 1] - neckPivot[1], nz = local[3 * i + 2] - neckPivot[2];
      x += k * (foot[0] + t[0] * nx + t[1] * ny + t[2] * nz - x);
      y += k * (foot[1] + t[3] * nx + t[4] * ny + t[5] * nz - y);
      z += k * (foot[2] + t[6] * nx + t[7] * ny + t[8] * nz - z);
    }
    view[3 * i] = x;
    view[3 * i + 1] = y;
    view[3 * i + 2] = z;
    const near = -1 / Math.min(z, -4);
    const X = x * near, Y = -y * near;
    nearness[i] = near;
    screenX[i] = (a * X - b * Y + tx) * scale;
    screenY[i] = (b * X + a * Y + ty) * scale;
  }
}

/** The framing of a picture of `size` pixels: from the plane at unit distance to pixels, crops as `prepare` lays them. */
export function frame(camera: Camera, five: FivePoints, size: number): [number, number, number, number] {
  const base = camera.framing === 'crop' ? cropFrame(five, size) : photoFrame(camera, size);
  const angle = radians(camera.rotate);
  const [c, s] = [Math.cos(angle) * camera.zoom, Math.sin(angle) * camera.zoom];
  const centre = size / 2;
  const [a, b] = [c * base[0] - s * base[1], s * base[0] + c * base[1]];
  const [x, y] = [base[2] - centre, base[3] - centre];
  return [a, b, c * x - s * y + centre + camera.shift[0] * size, s * x + c * y + centre + camera.shift[1] * size];
}

function cropFrame(five: FivePoints, size: number): [number, number, number, number] {
  const { a, b, tx, ty } = cropSimilarity(five, size, 'arcface');
  return [a, b, tx, ty];
}

/** In a photograph a head is 21 cm of face at 45 % of the picture's height, in the middle and a little high. */
function photoFrame(camera: Camera, size: number): [number, number, number, number] {
  const scale = (0.45 * size * camera.distance) / 21;
  return [scale, 0, size / 2, size * 0.46];
}
