import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { softmax } from './kernels/softmax.ts';
import { imageShape } from './shared/shapes.ts';

export const softArgmax = defineOp({
  name: 'soft-argmax',
  doc: 'The place of each channel’s peak, differentiably: the mean position under a softmax over the image. [N, H, W, K] to [N, K, 2], x before y.',
  source: 'Luvizon et al., "Human pose regression by combining indirect part detection and contextual information"; kornia spatial_soft_argmax2d',
  attrs: {
    sharpness: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Factor on the heatmap before the softmax; large values approach argmax.' },
    coordinates: { enum: ['pixels', 'normalized'], default: 'pixels', description: 'pixels: 0 is the centre of the first; normalized: -1 to 1 from the first centre to the last.' },
  },
  inputs: ['x'],
  shape: (_, [x]) => {
    const [n, , , k] = imageShape(x);
    return [[n, k, 2]];
  },
  build: ({ sharpness, coordinates }) => ([x]) => {
    const [n, h, w, k] = x.shape as [number, number, number, number];
    const heat = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [n * k, h * w]);
    const place = (i: number, size: number): number => (coordinates === 'pixels' ? i : size > 1 ? (2 * i) / (size - 1) - 1 : -1);
    const places = Array.from({ length: h * w }, (_, i) => [place(i % w, w), place(Math.floor(i / w), h)]);
    const mean = tf.matMul(softmax(tf.mul(heat, sharpness)), tf.tensor2d(places, [h * w, 2]));
    return [tf.reshape(mean, [n, k, 2])];
  },
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 8, 8, 5]], out: [['N', 5, 2]] },
    { attrs: { sharpness: 3, coordinates: 'normalized' }, in: [[2, 5, 3, 4]], out: [[2, 4, 2]] },
    { attrs: { sharpness: 0.5 }, in: [[2, 4, 6, 1]], out: [[2, 1, 2]] },
  ],
});
