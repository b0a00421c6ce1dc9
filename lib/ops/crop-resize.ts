import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { compareDims, shapeText } from '../shape/shape.ts';
import { sampleImage } from './kernels/sample.ts';
import { boundDim } from './shared/dims.ts';
import { imageShape } from './shared/shapes.ts';

export const cropResize = defineOp({
  name: 'crop-resize',
  doc: 'Cuts one box out of each image and resizes it bilinearly with half-pixel centres. Boxes are left, top, right, bottom in pixels, edges (not centres); what lies outside repeats the border. Differentiable in the images and the boxes.',
  source: 'torchvision.ops.roi_align with aligned=True and sampling_ratio=1, but for boxes that leave the image by more than a pixel',
  attrs: {
    to: { type: 'array', items: { type: 'integer', minimum: 1, symbolic: true }, minItems: 2, maxItems: 2, description: 'The output size, [height, width].' },
  },
  inputs: [{ name: 'x', doc: 'Images, [N, H, W, C].' }, { name: 'boxes', doc: 'One box per image, [N, 4].' }],
  shape: ({ to }, [x, boxes]) => {
    const [n, , , c] = imageShape(x);
    const fits = boxes.length === 2 && compareDims(boxes[0], n) !== 'different' && compareDims(boxes[1], 4) !== 'different';
    if (!fits) throw new ShapeError(`boxes [N, 4] for images ${shapeText(x)}`, shapeText(boxes));
    return [[n, to[0], to[1], c]];
  },
  build: ({ to }) => ([x, boxes]) => {
    const [h, w] = [boundDim(to[0], 'the height'), boundDim(to[1], 'the width')];
    const n = x.shape[0];
    const columns = tf.mul(tf.reshape(centres(boxes, 0, 2, w), [n, 1, w]), tf.ones([1, h, 1]));
    const rows = tf.mul(tf.reshape(centres(boxes, 1, 3, h), [n, h, 1]), tf.ones([1, 1, w]));
    return [sampleImage(x, { x: columns, y: rows }, { mode: 'bilinear', padding: 'border', alignCorners: false })];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { to: [5, 4] }, in: [['N', 9, 8, 'C'], ['N', 4]], out: [['N', 5, 4, 'C']], values: ['normal', 'unit'] },
    { attrs: { to: [3, 3] }, in: [[2, 5, 7, 2], [2, 4]], out: [[2, 3, 3, 2]], values: ['normal', 'positive'] },
  ],
});

/** Centres of `count` equal parts between two edges of each box, in pixels: [N, count]. */
function centres(boxes: Tensor, low: number, high: number, count: number): Tensor {
  const n = boxes.shape[0];
  const edge = (i: number): Tensor => tf.slice(boxes, [0, i], [n, 1]);
  const parts = tf.tensor2d(Array.from({ length: count }, (_, i) => (i + 0.5) / count), [1, count]);
  return tf.sub(tf.add(edge(low), tf.mul(tf.sub(edge(high), edge(low)), parts)), 0.5);
}
