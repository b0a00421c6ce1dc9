import type { Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import type { Image } from './image.ts';
import type { FaceNetworks } from './networks/load.ts';
import { detectorSize } from './networks/ssd-mobilenet.ts';
import { resizeImage } from './resize.ts';

export interface FaceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** 0 to 1. */
  readonly score: number;
}

export interface DetectOptions {
  /** Faces scored below are not reported. Default 0.5. */
  readonly minScore?: number;
  /** Of two boxes that overlap more than this (intersection over union), the lower scored is dropped. Default 0.5. */
  readonly maxOverlap?: number;
  /** Width of the grey border, in longer sides, with which a photograph is looked at once more where nothing was found; 0: never. Default `defaultBorder`. */
  readonly border?: number;
}

/**
 * The detector was trained on whole heads in scenes: it misses faces that fill the picture. Of 150 rendered faces so tight that the first look found 115, the second found 29 more with this
 * width (25 with 0.3; repeated or mirrored edges found fewer); a border at the first look would cost small faces their pixels.
 */
export const defaultBorder = 0.5;

/** What the border is filled with, as YOLOv5 fills up its squares. */
const grey = 114;

/**
 * Faces in a photograph, best first, as boxes in its pixels clipped to its borders: the SSD detector on the photograph fitted into 512 x 512, and where that finds nothing, on the photograph
 * with a grey border. Faces narrower than about a twentieth of the longer side are missed.
 */
export async function detectFaces(photo: Image, networks: FaceNetworks, options: DetectOptions = {}): Promise<FaceBox[]> {
  const found = await lookForFaces(photo, 0, networks, options);
  const width = Math.round((options.border ?? defaultBorder) * Math.max(photo.width, photo.height));
  return found.length > 0 || width === 0 ? found : lookForFaces(photo, width, networks, options);
}

/** One look at the photograph with a border of so many of its pixels. */
async function lookForFaces(photo: Image, border: number, networks: FaceNetworks, options: DetectOptions): Promise<FaceBox[]> {
  const whole = { width: photo.width + 2 * border, height: photo.height + 2 * border };
  const scale = detectorSize / Math.max(whole.width, whole.height);
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  const [width, height, margin] = [side(photo.width), side(photo.height), Math.round(border * scale)];
  const input = pixelsTensor([framed(await resizeImage(photo, width, height), margin, detectorSize)]);
  const output = networks.detect(input);
  const [boxes, scores] = [output.boxes.dataSync(), output.scores.dataSync()];
  tf.dispose([input, output.boxes, output.scores]);
  const toPhoto = { x: photo.width / width, y: photo.height / height, margin };
  const candidates = Array.from(scores, (score, i): FaceBox => boxAt(boxes, i, score, photo, toPhoto));
  return suppressOverlaps(candidates.filter((box) => box.score > (options.minScore ?? 0.5)), options.maxOverlap ?? 0.5);
}

/** [N, H, W, 3] floats in 0..255 from pictures of one size. */
export function pixelsTensor(images: readonly Image[]): Tensor4D {
  const { width, height } = images[0];
  const values = new Float32Array(images.length * width * height * 3);
  images.forEach((image, i) => values.set(image.data, i * width * height * 3));
  return tf.tensor4d(values, [images.length, height, width, 3]);
}

/** Greedy non-maximum suppression, best first. */
export function suppressOverlaps(boxes: readonly FaceBox[], maxOverlap: number): FaceBox[] {
  const kept: FaceBox[] = [];
  for (const box of [...boxes].sort((p, q) => q.score - p.score || p.x - q.x || p.y - q.y)) {
    if (kept.every((other) => overlap(box, other) <= maxOverlap)) kept.push(box);
  }
  return kept;
}

/** Intersection over union, 0 to 1. */
export function overlap(p: FaceBox, q: FaceBox): number {
  const width = Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x);
  const height = Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (p.width * p.height + q.width * q.height - width * height);
}

/** From shares of the detector's square to the photograph's pixels. */
interface ToPhoto {
  readonly x: number;
  readonly y: number;
  /** Pixels of the square before the photograph begins. */
  readonly margin: number;
}

function boxAt(boxes: ArrayLike<number>, i: number, score: number, photo: Image, toPhoto: ToPhoto): FaceBox {
  const at = (k: number, factor: number, limit: number): number => clamp((boxes[i * 4 + k] * detectorSize - toPhoto.margin) * factor, limit);
  const [top, left, bottom, right] = [at(0, toPhoto.y, photo.height), at(1, toPhoto.x, photo.width), at(2, toPhoto.y, photo.height), at(3, toPhoto.x, photo.width)];
  return { x: left, y: top, width: right - left, height: bottom - top, score };
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}

/** The picture `margin` pixels from the top left corner of a square: black as the detector's own library fills it up, grey where there is a border. */
function framed(image: Image, margin: number, side: number): Image {
  const data = new Uint8Array(side * side * 3).fill(margin > 0 ? grey : 0);
  for (let y = 0; y < Math.min(image.height, side - margin); y++) data.set(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), ((y + margin) * side + margin) * 3);
  return { width: side, height: side, data };
}
