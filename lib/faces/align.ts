import type { Image } from './image.ts';
import { fivePoints } from './landmarks.ts';
import { applySimilarity } from './similarity.ts';
import type { Point, Similarity } from './similarity.ts';
import { cropSimilarity } from './templates.ts';
import type { Template } from './templates.ts';
import { warp } from './warp.ts';

export interface AlignOptions {
  /** Side of the crop in pixels: 112 for ArcFace's input, 256 for the generator's. */
  readonly size: number;
  /** Default `arcface`. */
  readonly template?: Template;
}

export interface AlignedFace {
  /** The crop, `size` x `size`. */
  readonly image: Image;
  /** Photograph -> crop. */
  readonly toCrop: Similarity;
  /** The 68 landmarks in the crop's pixels. */
  readonly landmarks: readonly Point[];
  /** Share of the crop inside the photograph, 0 to 1. */
  readonly coverage: number;
}

/**
 * The one way a face is cut out of a photograph, wherever it is needed (prepare, run, evaluate, swap): 68 landmarks -> five points -> least-squares similarity
 * onto the template -> anti-aliased warp. Throws `RangeError` unless there are 68 landmarks.
 */
export function alignFace(photo: Image, landmarks: readonly Point[], options: AlignOptions): AlignedFace {
  const toCrop = cropSimilarity(fivePoints(landmarks), options.size, options.template);
  const { image, coverage } = warp(photo, toCrop, options.size);
  return { image, toCrop, coverage, landmarks: landmarks.map((point) => applySimilarity(toCrop, point)) };
}
