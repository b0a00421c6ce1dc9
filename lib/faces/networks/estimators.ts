import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { extractorSize } from './dense-extractor.ts';
import type { FaceNetworks } from './load.ts';
import { recognitionSize } from './recognition.ts';

/** What evaluation asks of the networks; pictures are [N, H, W, 3] in [0, 1], square face crops of any size. Callers dispose of the results. */
export interface FaceEstimators {
  /** 128-d descriptors [N, 128], not normalised: Euclidean distances below 0.6 mean one person (dlib). */
  describe(images: Tensor4D): Tensor2D;
  /** 68 landmarks [N, 68, 2], (x, y) in the pictures' pixels. */
  landmarks(images: Tensor4D): Tensor3D;
  /** Probabilities [N, 7] in the order of `expressions`. */
  expressionOf(images: Tensor4D): Tensor2D;
}

/**
 * Estimators over ready crops for metrics, in batches of `batch` (default 16). An `arcface` crop shows what the networks were made for (its eyes are as far apart as in dlib's
 * and the detector's crops, within 2 %), so crops are only resized, bilinearly. Differentiable with respect to the pictures.
 */
export function faceEstimators(networks: FaceNetworks, options: { readonly batch?: number } = {}): FaceEstimators {
  const batch = options.batch ?? 16;
  const inBatches = (images: Tensor4D, size: number, run: (pixels: Tensor4D) => Tensor2D): Tensor2D => tf.tidy(() => {
    const parts: Tensor2D[] = [];
    for (let at = 0; at < images.shape[0]; at += batch) {
      const part = tf.slice(images, [at, 0, 0, 0], [Math.min(batch, images.shape[0] - at), -1, -1, -1]);
      parts.push(tf.tidy(() => run(tf.mul(tf.image.resizeBilinear(part, [size, size], false, true), 255))));
    }
    return tf.concat(parts, 0);
  });
  return {
    describe: (images) => inBatches(images, recognitionSize, networks.describe),
    expressionOf: (images) => inBatches(images, extractorSize, networks.express),
    landmarks: (images) => tf.tidy(() => {
      const [n, height, width] = images.shape;
      const shares = tf.reshape(inBatches(images, extractorSize, networks.landmarks), [n, 68, 2]);
      return tf.mul(shares, tf.tensor1d([width, height])) as Tensor3D;
    }),
  };
}
