import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { dimText, multiplyDims } from '../shape/dim.ts';
import { depthToSpace } from './kernels/depth-to-space.ts';
import { exactQuotient } from './shared/dims.ts';
import { imageShape } from './shared/shapes.ts';

export const pixelShuffle = defineOp({
  name: 'pixel-shuffle',
  doc: 'Enlarges images by spreading each group of factor² channels over a block of pixels; the channel order is PyTorch’s (c · factor² + row · factor + column).',
  source: 'torch.nn.functional.pixel_shuffle',
  attrs: { factor: { type: 'integer', minimum: 1, description: 'Block side, in pixels.' } },
  inputs: ['x'],
  shape: ({ factor }, [x]) => {
    const [n, h, w, c] = imageShape(x);
    const channels = exactQuotient(c, factor * factor);
    if (channels === undefined) throw new ShapeError(`a number of channels that ${factor * factor} divides`, dimText(c));
    return [[n, multiplyDims(h, factor), multiplyDims(w, factor), channels]];
  },
  build: ({ factor: r }) => ([x]) => {
    // From PyTorch's order (channel, row, column) to the native one (row, column, channel); one transpose of rank 6 is slower.
    const [n, h, w, c] = x.shape as [number, number, number, number];
    if (r === 1) return [tf.clone(x)];
    const reordered = tf.transpose(tf.reshape(x, [n * h * w, c / (r * r), r * r]), [0, 2, 1]);
    return [depthToSpace(tf.reshape(reordered, [n, h, w, c]), r)];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { factor: 2 }, in: [['N', 'H', 'W', 16]], out: [['N', '2*H', '2*W', 4]] },
    { attrs: { factor: 2 }, in: [[2, 3, 5, 8]], out: [[2, 6, 10, 2]] },
    { attrs: { factor: 3 }, in: [[2, 2, 1, 18]], out: [[2, 6, 3, 2]] },
  ],
});
