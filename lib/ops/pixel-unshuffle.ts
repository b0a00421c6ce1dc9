import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';
import { shapeText } from '../shape/shape.ts';
import { spaceToDepth } from './kernels/depth-to-space.ts';
import { exactQuotient } from './shared/dims.ts';
import { imageShape } from './shared/shapes.ts';

export const pixelUnshuffle = defineOp({
  name: 'pixel-unshuffle',
  doc: 'Gathers blocks of factor² pixels into channels: the inverse of pixel-shuffle.',
  source: 'torch.nn.functional.pixel_unshuffle',
  attrs: { factor: { type: 'integer', minimum: 1, description: 'Block side, in pixels.' } },
  inputs: ['x'],
  shape: ({ factor }, [x]) => {
    const [n, h, w, c] = imageShape(x);
    const [rows, columns] = [exactQuotient(h, factor), exactQuotient(w, factor)];
    if (rows === undefined || columns === undefined) throw new ShapeError(`an image whose sides are multiples of ${factor}`, shapeText(x));
    return [[n, rows, columns, multiplyDims(c, factor * factor)]];
  },
  build: ({ factor: r }) => ([x]) => {
    if (r === 1) return [tf.clone(x)];
    const blocks = spaceToDepth(x, r);
    const [n, h, w, c] = blocks.shape as [number, number, number, number];
    return [tf.reshape(tf.transpose(tf.reshape(blocks, [n * h * w, r * r, c / (r * r)]), [0, 2, 1]), [n, h, w, c])];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { factor: 2 }, in: [['N', 4, 8, 3]], out: [['N', 2, 4, 12]] },
    { attrs: { factor: 3 }, in: [[2, 6, 3, 2]], out: [[2, 2, 1, 18]] },
  ],
});
