import { meanLandmarks } from '../../faces/mean-landmarks.ts';
import type { Vec3 } from './fields.ts';
import { nearestOnMesh, type MeshPoint } from './mesh-points.ts';
import { mirrorVertex } from './mirror.ts';

/** The inner edge of the lips, landmarks 60..67, on their own vertices: the mean face's lips touch, so that nearness would not tell them apart. */
const innerLips: readonly MeshPoint[] = [
  [[78, 1]], [[82, 0.6], [38, 0.4]], [[13, 0.6], [12, 0.4]], [[312, 0.6], [268, 0.4]], [[308, 1]], [[317, 1]], [[14, 1]], [[87, 1]],
];

/**
 * The jaw, 0..8 (the chin): between the vertices of facemesh's outline, from the level of the eyes down, a little inside its outermost points, as
 * annotated outlines are. From here the outline is looked for (`contour.ts`).
 */
const jaw: readonly MeshPoint[] = [
  [[127, 0.6], [162, 0.4]], [[234, 0.6], [127, 0.4]], [[93, 0.7], [234, 0.3]], [[132, 0.7], [58, 0.3]], [[58, 0.6], [138, 0.4]],
  [[135, 0.4], [172, 0.3], [136, 0.3]], [[150, 0.6], [169, 0.4]], [[140, 0.6], [176, 0.4]], [[175, 0.7], [152, 0.3]],
];

const half = (a: number, b: number): MeshPoint => [[a, 0.5], [b, 0.5]];
const only = (a: number): MeshPoint => [[a, 1]];

/** What is clear on any face, on the vertices that stand for it: outer brow 17..20, foot of the nose 31..35, eye 36..41, lips 48..59; the subject's right side. */
const clear: Readonly<Record<number, MeshPoint>> = {
  17: only(70), 18: only(63), 19: only(105), 20: only(66), 31: only(75), 32: only(97), 33: only(2),
  36: half(33, 246), 37: half(160, 159), 38: only(158), 39: half(133, 173), 40: only(153), 41: only(144),
  48: only(61), 49: only(39), 50: only(37), 51: only(0), 57: half(17, 16), 58: half(84, 85), 59: half(181, 91),
};

/**
 * The 68 iBUG landmarks on the face mesh. Those that no vertex stands for (inner brow, bridge and tip of the nose) are the points of the mean face nearest to
 * the mean landmarks that `lib/faces` measured on photographs. Symmetric.
 */
export function landmarkPoints(): MeshPoint[] {
  const mirrored = (point: MeshPoint): MeshPoint => point.map(([v, weight]) => [mirrorVertex[v], weight]);
  const out: MeshPoint[] = [...jaw];
  for (let k = 9; k < 60; k++) out[k] = clear[k] ?? (out[mirrorLandmark[k]] ? mirrored(out[mirrorLandmark[k]]) : clear[mirrorLandmark[k]] ? mirrored(clear[mirrorLandmark[k]]) : nearestOnMesh(meanLandmarks[k] as Vec3));
  return [...out, ...innerLips];
}

/** The landmark on the other side, for 0..59. */
const mirrorLandmark: readonly number[] = [
  16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 27, 28, 29, 30, 35, 34, 33, 32, 31,
  45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55,
];
