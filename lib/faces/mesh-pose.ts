import type { Point3 } from './mean-landmarks.ts';
import type { Pose } from './pose.ts';

/**
 * Head pose from a mesh in pixels (y down) and the same mesh of an upright reference head (centimetres, y up): the rotation between them by weighted least squares
 * (Horn 1987, unit quaternions), as roll(yaw(pitch(head))) in degrees.
 */
export function poseFromMesh(points: readonly Point3[], reference: readonly Point3[], weights: readonly number[] = reference.map(() => 1)): Pose {
  const seen = centred(points.map(([x, y, z]): Point3 => [x, -y, z]), weights);
  const head = centred(reference, weights);
  const r = rotationOf(largestEigenvector(hornMatrix(head, seen, weights)));
  const clamp = (value: number) => Math.min(1, Math.max(-1, value));
  return {
    yaw: degrees(Math.asin(clamp(-r[2][0]))),
    pitch: degrees(Math.atan2(-r[2][1], r[2][2])),
    roll: degrees(Math.atan2(-r[1][0], r[0][0])),
  };
}

function centred(points: readonly Point3[], weights: readonly number[]): Point3[] {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const middle = [0, 1, 2].map((k) => points.reduce((sum, p, i) => sum + weights[i] * p[k], 0) / total);
  return points.map(([x, y, z]) => [x - middle[0], y - middle[1], z - middle[2]]);
}

/** Horn's symmetric 4 x 4 matrix, whose dominant eigenvector is the quaternion that turns `from` onto `to`. */
function hornMatrix(from: readonly Point3[], to: readonly Point3[], weights: readonly number[]): number[][] {
  const s = [0, 1, 2].map((i) => [0, 1, 2].map((j) => from.reduce((sum, p, k) => sum + weights[k] * p[i] * to[k][j], 0)));
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = s;
  return [
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ];
}

/** The eigenvector of the largest (not the largest absolute) eigenvalue, by power iteration on a shifted and repeatedly squared matrix. */
function largestEigenvector(matrix: readonly (readonly number[])[]): number[] {
  const bound = Math.max(...matrix.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)), 1e-300);
  let m = matrix.map((row, i) => row.map((value, j) => (value + (i === j ? bound : 0)) / (2 * bound)));
  for (let k = 0; k < 40; k++) {
    const squared = m.map((row) => m[0].map((_, j) => row.reduce((sum, value, l) => sum + value * m[l][j], 0)));
    const trace = squared.reduce((sum, row, i) => sum + row[i], 0);
    m = squared.map((row) => row.map((value) => value / trace));
  }
  const column = m.reduce((best, row) => (Math.hypot(...row) > Math.hypot(...best) ? row : best));
  const norm = Math.hypot(...column);
  return column.map((value) => value / norm);
}

function rotationOf([w, x, y, z]: readonly number[]): number[][] {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}

function degrees(radians: number): number {
  return Math.round((radians * 180 / Math.PI) * 100) / 100;
}
