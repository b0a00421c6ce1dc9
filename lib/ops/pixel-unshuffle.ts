import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';
import { shapeText } from '../shape/shape.ts';
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
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const blocks = tf.transpose(tf.reshape(x, [n, h / r, r, w / r, r, c]), [0, 1, 3, 5, 2, 4]);
    return [tf.reshape(blocks, [n, h / r, w / r, c * r * r])];
  },
  examples: [
    { attrs: { factor: 2 }, in: [['N', 4, 8, 3]], out: [['N', 2, 4, 12]] },
    { attrs: { factor: 3 }, in: [[2, 6, 3, 2]], out: [[2, 2, 1, 18]] },
  ],
});
