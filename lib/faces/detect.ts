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
}

/**
 * Faces in a photograph, best first, as boxes in its pixels clipped to its borders: the SSD detector on the photograph fitted into 512 x 512.
 * Faces narrower than about a twentieth of the longer side are missed.
 */
export async function detectFaces(photo: Image, networks: FaceNetworks, options: DetectOptions = {}): Promise<FaceBox[]> {
  const scale = detectorSize / Math.max(photo.width, photo.height);
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  const small = await resizeImage(photo, width, height);
  const input = pixelsTensor([padded(small, detectorSize)]);
  const output = networks.detect(input);
  const [boxes, scores] = [output.boxes.dataSync(), output.scores.dataSync()];
  tf.dispose([input, output.boxes, output.scores]);
  const toPhoto = { x: (photo.width / width) * detectorSize, y: (photo.height / height) * detectorSize };
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

function boxAt(boxes: ArrayLike<number>, i: number, score: number, photo: Image, toPhoto: { x: number; y: number }): FaceBox {
  const top = clamp(boxes[i * 4] * toPhoto.y, photo.height);
  const left = clamp(boxes[i * 4 + 1] * toPhoto.x, photo.width);
  const bottom = clamp(boxes[i * 4 + 2] * toPhoto.y, photo.height);
  const right = clamp(boxes[i * 4 + 3] * toPhoto.x, photo.width);
  return { x: left, y: top, width: right - left, height: bottom - top, score };
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}

/** The picture in the top left corner of a black square. */
function padded(image: Image, side: number): Image {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < image.height; y++) data.set(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), y * side * 3);
  return { width: side, height: side, data };
}
