import { meanLandmarks } from '../../faces/mean-landmarks.ts';
import { meanPoint, type Vec3 } from './fields.ts';
import { nearestOnMesh, type MeshPoint } from './mesh-points.ts';
import { mirrorVertex } from './mirror.ts';

/** The inner edge of the lips, landmarks 60..67, on their own vertices: the mean face's lips touch, so that nearness would not tell them apart. */
const innerLips: readonly MeshPoint[] = [
  [[78, 1]], [[82, 0.6], [38, 0.4]], [[13, 0.6], [12, 0.4]], [[312, 0.6], [268, 0.4]], [[308, 1]], [[317, 1]], [[14, 1]], [[87, 1]],
];

const half = (a: number, b: number): MeshPoint => [[a, 0.5], [b, 0.5]];
const only = (a: number): MeshPoint => [[a, 1]];

/**
 * The subject's right outline, from the level of the outer eye corner to the chin, between the vertices of facemesh's outline and a little inside its outermost
 * points, as annotated outlines are. From points along it the outline is looked for (`contour.ts`).
 */
const outline: readonly MeshPoint[] = [
  [[127, 0.45], [162, 0.55]], [[234, 0.6], [127, 0.4]], [[93, 0.7], [234, 0.3]], [[132, 0.7], [58, 0.3]], [[58, 0.6], [138, 0.4]],
  [[135, 0.4], [172, 0.3], [136, 0.3]], [[150, 0.6], [169, 0.4]], [[140, 0.6], [176, 0.4]], [[175, 0.7], [152, 0.3]],
];

/** The upper edge of the right brow, from its outer end to its inner one, which no vertex stands for. */
const brow = (): MeshPoint[] => [only(70), only(63), only(105), only(66), nearestOnMesh(meanLandmarks[21] as Vec3)];

/** The ridge of the nose in the middle of the face, from between the eyes to the most forward point of the tip (pronasale: the crest of a parabola through 5, 4 and 1). */
const ridge: readonly MeshPoint[] = [[[6, 0.75], [168, 0.25]], only(6), only(197), only(195), only(5), [[4, 0.72], [1, 0.28]]];

/** What is clear on any face, on the vertices that stand for it: foot of the nose 31..35, eye 36..41, lips 48..59; the subject's right side. */
const clear: Readonly<Record<number, MeshPoint>> = {
  31: only(75), 32: only(97), 33: only(2),
  36: half(33, 246), 37: half(160, 159), 38: only(158), 39: half(133, 173), 40: only(153), 41: only(144),
  48: only(61), 49: only(39), 50: only(37), 51: only(0), 57: half(17, 16), 58: half(84, 85), 59: half(181, 91),
};

/**
 * The 68 iBUG landmarks on the face mesh, by the conventions of 300-W: points of outline, brows and nose ridge divide their lines evenly, the others are corners and
 * middles. Symmetric.
 */
export function landmarkPoints(): MeshPoint[] {
  const right: Record<number, MeshPoint> = { ...clear };
  evenly(outline, 9).forEach((point, k) => (right[k] = point));
  evenly(brow(), 5).forEach((point, k) => (right[17 + k] = point));
  evenly(ridge, 4).forEach((point, k) => (right[27 + k] = point));
  const mirrored = (k: number): MeshPoint => right[mirrorLandmark[k]].map(([v, weight]) => [mirrorVertex[v], weight]);
  return [...mirrorLandmark.map((_, k) => right[k] ?? mirrored(k)), ...innerLips];
}

/** `count` points that divide a line over the mean face, seen from the front, into pieces of one length; ends included. */
function evenly(line: readonly MeshPoint[], count: number): MeshPoint[] {
  const places = line.map((point) => [0, 1].map((k) => point.reduce((s, [v, weight]) => s + weight * meanPoint(v)[k], 0)));
  const lengths = places.slice(1).map(([x, y], k) => Math.hypot(x - places[k][0], y - places[k][1]));
  const total = lengths.reduce((s, length) => s + length, 0);
  return Array.from({ length: count }, (_, i) => {
    let rest = (total * i) / (count - 1);
    let piece = 0;
    while (piece < lengths.length - 1 && rest > lengths[piece]) rest -= lengths[piece++];
    return blended(line[piece], line[piece + 1], Math.min(1, rest / lengths[piece]));
  });
}

/** The point `t` of the way from one mesh point to another, each vertex named once. */
function blended(from: MeshPoint, to: MeshPoint, t: number): MeshPoint {
  const weights = new Map<number, number>();
  for (const [v, weight] of from) weights.set(v, (1 - t) * weight);
  for (const [v, weight] of to) weights.set(v, (weights.get(v) ?? 0) + t * weight);
  return [...weights].filter(([, weight]) => weight > 1e-6);
}

/** The landmark on the other side, for 0..59. */
const mirrorLandmark: readonly number[] = [
  16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 27, 28, 29, 30, 35, 34, 33, 32, 31,
  45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55,
];
