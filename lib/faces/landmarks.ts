import { centroid } from './similarity.ts';
import type { Point } from './similarity.ts';

/** The 68-point scheme of iBUG 300-W: index ranges [from, to). "Left" and "right" are as seen in the picture. */
export const landmarkGroups = {
  jaw: [0, 17],
  leftBrow: [17, 22],
  rightBrow: [22, 27],
  noseBridge: [27, 31],
  noseBase: [31, 36],
  leftEye: [36, 42],
  rightEye: [42, 48],
  outerLips: [48, 60],
  innerLips: [60, 68],
} as const;

/** Left eye, right eye, nose tip, left and right corner of the mouth, as seen in the picture: the order of ArcFace's template. */
export type FivePoints = readonly [Point, Point, Point, Point, Point];

/** Where each of the 68 points goes when the picture is mirrored: point i of the mirrored face is point `mirrorOrder[i]` of the face. */
export const mirrorOrder: readonly number[] = [
  16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
  26, 25, 24, 23, 22, 21, 20, 19, 18, 17,
  27, 28, 29, 30, 35, 34, 33, 32, 31,
  45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
  54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55,
  64, 63, 62, 61, 60, 67, 66, 65,
];

export function groupOf(landmarks: readonly Point[], group: keyof typeof landmarkGroups): readonly Point[] {
  return landmarks.slice(...landmarkGroups[group]);
}

/** Eye centres (mean of six points each), nose tip (30) and mouth corners (48, 54) from 68 landmarks. */
export function fivePoints(landmarks: readonly Point[]): FivePoints {
  if (landmarks.length !== 68) throw new RangeError(`expected 68 landmarks, received ${landmarks.length}`);
  return [
    centroid(groupOf(landmarks, 'leftEye')),
    centroid(groupOf(landmarks, 'rightEye')),
    landmarks[30],
    landmarks[48],
    landmarks[54],
  ];
}

/** The landmarks of the mirrored picture of `width` pixels. */
export function mirrorLandmarks(landmarks: readonly Point[], width: number): Point[] {
  return mirrorOrder.map((from) => [width - landmarks[from][0], landmarks[from][1]]);
}

/** Distance between the eye centres, in pixels: the usual yardstick of landmark errors. */
export function interOcular(landmarks: readonly Point[]): number {
  const [left, right] = fivePoints(landmarks);
  return Math.hypot(right[0] - left[0], right[1] - left[1]);
}
