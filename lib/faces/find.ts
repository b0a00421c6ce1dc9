import { tf } from '../engine/tf.ts';
import { detectFaces, pixelsTensor } from './detect.ts';
import type { DetectOptions, FaceBox } from './detect.ts';
import { mirrored } from './image.ts';
import { reducedAround } from './reduced.ts';
import type { Reduced } from './reduced.ts';
import type { Image } from './image.ts';
import { fivePoints, interOcular, mirrorLandmarks } from './landmarks.ts';
import type { FivePoints } from './landmarks.ts';
import { extractorSize } from './networks/dense-extractor.ts';
import type { FaceNetworks } from './networks/load.ts';
import { applySimilarity, composeSimilarity, fitSimilarity, invertSimilarity } from './similarity.ts';
import type { Point, Similarity } from './similarity.ts';
import { warp } from './warp.ts';

export interface Face {
  readonly box: FaceBox;
  /** 68 points in the photograph's pixels, rounded to 1/1000 so that crops do not hang on the last bits of a float. */
  readonly landmarks: readonly Point[];
  /** Root mean square distance between the points seen in ten differently laid crops and their median, over the inter-ocular distance: 0.03 to 0.07 for a clear face. */
  readonly unrest: number;
}

/**
 * Where the landmark network wants the five points in its own 112 crop: the mean over its results on the detector's boxes of 23 faces, made symmetric.
 */
const lookTemplate: FivePoints = [[38.6, 47.5], [73.4, 47.5], [56, 70.7], [41.2, 85], [70.8, 85]];

/** Scale and shift (in pixels of the 112 crop) of the crops of one look; each is also seen mirrored. */
type Variation = readonly [scale: number, dx: number, dy: number];
const single: readonly Variation[] = [[1, 0, 0]];
const several: readonly Variation[] = [[1, 0, 0], [0.87, 0, 0], [0.93, 5, 0], [0.93, -5, 0], [0.93, 0, -6]];

/** Several crops first, because the detector's box is rough; then two upright looks; several again for the result. */
const looks = [several, single, single, several];

/** Every face of a photograph, best first, with its 68 landmarks in the photograph's pixels. */
export async function findFaces(photo: Image, networks: FaceNetworks, options: DetectOptions = {}): Promise<Face[]> {
  const boxes = (await detectFaces(photo, networks, options)).filter((box) => box.width >= 1 && box.height >= 1);
  return boxes.map((box) => ({ box, ...landmarksIn(photo, box, networks) }));
}

/**
 * 68 landmarks in the photograph's pixels of the face in `box`. The first look is at the detector's box, as in face-api; the others are at upright crops laid by the points
 * so far. A look is the median over crops and their mirror images, so that a mirrored photograph gives the mirrored points (see docs/reference/prepare.md for figures).
 */
export function landmarksIn(photo: Image, box: Pick<FaceBox, 'x' | 'y' | 'width' | 'height'>, networks: FaceNetworks): Pick<Face, 'landmarks' | 'unrest'> {
  let toCrop = boxSimilarity(steadyBox(box));
  const near = reducedAround(photo, box, extractorSize);
  let seen: Look = { points: [], unrest: 0 };
  for (const variations of looks) {
    seen = look(near, toCrop, variations, networks);
    toCrop = fitSimilarity(fivePoints(seen.points.map(([x, y]): Point => [steady(x), steady(y)])), lookTemplate);
  }
  return { landmarks: seen.points.map(([x, y]): Point => [round(x), round(y)]), unrest: round(seen.unrest) };
}

/**
 * To 1/64 pixel: what a look is laid by must not hang on the last bits of a float, which differ between engines and numbers of threads and would grow from look to look.
 */
function steady(value: number): number {
  return Math.round(value * 64) / 64;
}

function steadyBox({ x, y, width, height }: Pick<FaceBox, 'x' | 'y' | 'width' | 'height'>): Pick<FaceBox, 'x' | 'y' | 'width' | 'height'> {
  return { x: steady(x), y: steady(y), width: steady(width), height: steady(height) };
}

/** Photograph -> the network's crop: a square about the box's centre as wide as its longer side. */
function boxSimilarity(box: Pick<FaceBox, 'x' | 'y' | 'width' | 'height'>): Similarity {
  const a = extractorSize / Math.max(box.width, box.height);
  const half = extractorSize / 2;
  return { a, b: 0, tx: half - a * (box.x + box.width / 2), ty: half - a * (box.y + box.height / 2) };
}

interface Look {
  readonly points: readonly Point[];
  readonly unrest: number;
}

function look(near: Reduced, toCrop: Similarity, variations: readonly Variation[], networks: FaceNetworks): Look {
  const laid = variations.map((variation) => composeSimilarity(toCrop, varied(variation)));
  const crops = laid.map((similarity) => warp(near.image, composeSimilarity(near.toPhoto, similarity), extractorSize).image);
  const input = pixelsTensor([...crops, ...crops.map(mirrored)]);
  const output = networks.landmarks(input);
  const values = output.dataSync();
  tf.dispose([input, output]);
  const opinions = laid.flatMap((similarity, i) => {
    const back = invertSimilarity(similarity);
    const plain = pointsOf(values, i);
    const other = mirrorLandmarks(pointsOf(values, i + laid.length), extractorSize);
    return [plain, other].map((points) => points.map((point) => applySimilarity(back, point)));
  });
  const points = opinions[0].map((_, i): Point => [median(opinions.map((o) => o[i][0])), median(opinions.map((o) => o[i][1]))]);
  return { points, unrest: spread(opinions, points) };
}

/** Scaled about the crop's middle, then shifted. */
function varied([a, dx, dy]: Variation): Similarity {
  const half = extractorSize / 2;
  return { a, b: 0, tx: half * (1 - a) + dx, ty: half * (1 - a) + dy };
}

function pointsOf(values: ArrayLike<number>, row: number): Point[] {
  return Array.from({ length: 68 }, (_, i) => {
    const at = row * 136 + i * 2;
    return [values[at] * extractorSize, values[at + 1] * extractorSize];
  });
}

/** Of an even number of values: the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((p, q) => p - q);
  const half = sorted.length / 2;
  return (sorted[half - 1] + sorted[half]) / 2;
}

function spread(opinions: readonly (readonly Point[])[], middle: readonly Point[]): number {
  const squares = opinions.map((points) => points.reduce((sum, p, i) => sum + (p[0] - middle[i][0]) ** 2 + (p[1] - middle[i][1]) ** 2, 0));
  const mean = squares.reduce((sum, value) => sum + value, 0) / (opinions.length * middle.length);
  return Math.sqrt(mean) / Math.max(interOcular(middle), 1e-9);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
