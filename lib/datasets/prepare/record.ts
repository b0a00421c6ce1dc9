import type { Conversion } from '../../faces/decode.ts';
import type { PhotoLabel } from './sources.ts';
import type { Json } from './stage.ts';

/** What became of a photograph; every photograph has exactly one, and all are counted. */
export const outcomes = [
  'one-face', 'several-faces', 'no-face', 'no-usable-face', 'too-small', 'too-many-pixels', 'undecodable', 'unsupported-format', 'unreadable', 'crashed',
] as const;
export type Outcome = (typeof outcomes)[number];

/** A file beside the manifest, with its checksum. */
export interface FileRecord {
  /** Relative to the prepared folder, with forward slashes. */
  readonly path: string;
  readonly sha256: string;
}

export interface FaceRecord {
  /** `PHOTO-ID-N`: names the face for ever. */
  readonly id: string;
  /** In the photograph's pixels. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly score: number };
  /** 68 points in the photograph's pixels. */
  readonly landmarks?: readonly (readonly [number, number])[];
  readonly points?: readonly (readonly [number, number])[];
  readonly unrest?: number;
  /** Whatever the stages measured: pose, expression, descriptor, transforms, caption, sharpness, hash. */
  readonly fields: Readonly<Record<string, Json>>;
  /** Why the face is not used; empty: it is. */
  readonly problems: readonly string[];
  /** The face that this one repeats. */
  readonly 'duplicate-of'?: string;
  readonly files: Readonly<Record<string, FileRecord>>;
}

/** One line of `manifest.jsonl`. */
export interface PhotoRecord {
  /** As listed, with forward slashes. */
  readonly photo: string;
  readonly id: string;
  readonly sha256?: string;
  readonly width?: number;
  readonly height?: number;
  readonly format?: string;
  /** What was done to get 8-bit RGB pixels as they are shown (`conversions` of lib/faces/decode.ts); nothing where it is left out. */
  readonly conversions?: readonly Conversion[];
  readonly label?: PhotoLabel;
  readonly outcome: Outcome;
  /** In words, where the outcome alone does not say enough. */
  readonly reason?: string;
  readonly faces: readonly FaceRecord[];
}

/** `one-face` or the like from the faces found. */
export function outcomeOf(faces: readonly Pick<FaceRecord, 'problems'>[]): Outcome {
  const usable = faces.filter((face) => face.problems.length === 0).length;
  if (faces.length === 0) return 'no-face';
  if (usable === 0) return 'no-usable-face';
  return usable === 1 ? 'one-face' : 'several-faces';
}
