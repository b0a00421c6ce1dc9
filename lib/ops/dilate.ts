import type { Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { largestInWindows } from './kernels/pool.ts';
import { border, morphologyAttrs, morphologyShape } from './shared/morphology.ts';

export const dilate = defineOp({
  name: 'dilate',
  doc: 'Grows bright regions: the largest value in a square window around every pixel.',
  source: 'flat grey-scale morphology; OpenCV dilate with a square element',
  attrs: morphologyAttrs,
  inputs: ['x'],
  shape: ({ size }, [x]) => [morphologyShape(size, x)],
  build: ({ size }) => ([x]) => [largestInWindows(tf.pad(x as Tensor4D, border(size), -Infinity), size, 1)],
  traits: { rows: 'each' },
  examples: [
    { attrs: { size: 3 }, in: [['N', 'H', 'W', 1]], out: [['N', 'H', 'W', 1]] },
    { attrs: { size: 5 }, in: [[2, 4, 3, 1]], out: [[2, 4, 3, 1]] },
  ],
});
