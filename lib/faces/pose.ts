import { meanLandmarks } from './mean-landmarks.ts';
import type { Point3 } from './mean-landmarks.ts';
import { fivePoints } from './landmarks.ts';
import type { Point } from './similarity.ts';

/** Degrees. Positive yaw turns the face to the picture's right, positive pitch up, positive roll clockwise: roll(yaw(pitch(head))). */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

export interface PoseFit extends Pose {
  /** Root mean square distance of the fitted points from the given ones, over the inter-ocular distance. */
  readonly residual: number;
}

/** How much each landmark counts: what moves with the mouth or slides along the cheek as the head turns counts less or not at all. */
const importance: readonly number[] = meanLandmarks.map((_, i) => {
  if (i < 17) return i === 8 ? 0.1 : 0;
  if (i < 27) return 0.2;
  if (i < 48) return 1;
  return i === 48 || i === 54 ? 0.3 : 0;
});

/**
 * Head pose from 68 landmarks in pixels: the rotation, scale and shift that lay a mean face's 3-D landmarks onto them under weak perspective, by weighted least
 * squares (Levenberg-Marquardt from a frontal start). Over rendered faces of known pose within 40 degrees of yaw, face-api's landmarks give yaw within 2.7, pitch
 * within 4 and roll within 0.8 degrees (medians).
 */
export function poseFromLandmarks(landmarks: readonly Point[]): PoseFit {
  const [left, right] = fivePoints(landmarks);
  const eyes = Math.hypot(right[0] - left[0], right[1] - left[1]);
  const middle: Point = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  const scaled = landmarks.map(([x, y]): Point => [(x - middle[0]) / eyes, (y - middle[1]) / eyes]);
  const roll = Math.atan2(right[1] - left[1], right[0] - left[0]);
  // Yaw, pitch, roll in radians; log of the scale in inter-ocular distances per centimetre; shift.
  const fitted = minimise((p) => residuals(p, scaled), [0, 0, roll, Math.log(1 / 6.3), 0, 0]);
  const rest = residuals(fitted, scaled);
  const weight = importance.reduce((sum, value) => sum + value, 0);
  const residual = Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0) / weight);
  return { yaw: degrees(fitted[0]), pitch: degrees(fitted[1]), roll: degrees(fitted[2]), residual: Math.round(residual * 1e4) / 1e4 };
}

/** A head point turned by `pose`, in the same axes. */
export function rotatePoint(pose: Pose, [x, y, z]: Point3): Point3 {
  return rotate(pose.yaw * Math.PI / 180, pose.pitch * Math.PI / 180, pose.roll * Math.PI / 180, x, y, z);
}

function rotate(yaw: number, pitch: number, roll: number, x: number, y: number, z: number): Point3 {
  const y1 = Math.cos(pitch) * y + Math.sin(pitch) * z;
  const z1 = -Math.sin(pitch) * y + Math.cos(pitch) * z;
  const x2 = Math.cos(yaw) * x + Math.sin(yaw) * z1;
  const z2 = -Math.sin(yaw) * x + Math.cos(yaw) * z1;
  return [Math.cos(roll) * x2 + Math.sin(roll) * y1, -Math.sin(roll) * x2 + Math.cos(roll) * y1, z2];
}

function residuals(p: readonly number[], landmarks: readonly Point[]): number[] {
  const scale = Math.exp(p[3]);
  const out: number[] = [];
  landmarks.forEach((point, i) => {
    if (importance[i] === 0) return;
    const [x, y] = rotate(p[0], p[1], p[2], ...meanLandmarks[i]);
    const weight = Math.sqrt(importance[i]);
    out.push(weight * (scale * x + p[4] - point[0]), weight * (-scale * y + p[5] - point[1]));
  });
  return out;
}

/** Levenberg-Marquardt with a numeric Jacobian: six unknowns, so small that nothing cleverer pays. */
function minimise(cost: (p: readonly number[]) => number[], start: readonly number[]): number[] {
  let p = [...start];
  let r = cost(p);
  let damping = 1e-3;
  for (let iteration = 0; iteration < 60; iteration++) {
    const step = solveStep(p, r, cost, damping);
    const next = p.map((value, i) => value + step[i]);
    const rest = cost(next);
    if (squared(rest) < squared(r)) {
      const gain = squared(r) - squared(rest);
      [p, r, damping] = [next, rest, Math.max(damping / 5, 1e-9)];
      if (gain < 1e-14) break;
    } else if ((damping *= 5) > 1e9) break;
  }
  return p;
}

function solveStep(p: readonly number[], r: readonly number[], cost: (p: readonly number[]) => number[], damping: number): number[] {
  const n = p.length;
  const columns = p.map((_, i) => {
    const moved = cost(p.map((value, j) => (i === j ? value + 1e-6 : value)));
    return moved.map((value, k) => (value - r[k]) / 1e-6);
  });
  const a = columns.map((u, i) => [...columns.map((v, j) => dot(u, v) * (i === j ? 1 + damping : 1)), -dot(u, r)]);
  for (let i = 0; i < n; i++) {
    const pivot = a[i][i] === 0 ? 1e-12 : a[i][i];
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = a[k][i] / pivot;
      for (let j = i; j <= n; j++) a[k][j] -= factor * a[i][j];
    }
  }
  return a.map((row, i) => row[n] / (row[i] === 0 ? 1e-12 : row[i]));
}

function dot(u: readonly number[], v: readonly number[]): number {
  return u.reduce((sum, value, i) => sum + value * v[i], 0);
}

function squared(r: readonly number[]): number {
  return dot(r, r);
}

function degrees(radians: number): number {
  const wrapped = ((radians * 180 / Math.PI + 540) % 360) - 180;
  return Math.round(wrapped * 100) / 100;
}
