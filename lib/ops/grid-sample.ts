import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { compareDims, shapeText } from '../shape/shape.ts';
import { sampleImage } from './kernels/sample.ts';
import { pixelScale, samplingAttrs, samplingOf } from './shared/sampling.ts';
import { imageShape } from './shared/shapes.ts';

export const gridSample = defineOp({
  name: 'grid-sample',
  doc: 'Samples images at given places: `grid` holds, for every output pixel, x and y from -1 (left, top) to 1 (right, bottom).',
  source: 'torch.nn.functional.grid_sample',
  attrs: samplingAttrs,
  inputs: [{ name: 'x', doc: 'Images, [N, H, W, C].' }, { name: 'grid', doc: 'Places, [N, h, w, 2]: x, then y.' }],
  shape: (_, [x, grid]) => {
    const [n, , , c] = imageShape(x);
    if (grid.length !== 4 || compareDims(grid[3], 2) === 'different' || compareDims(grid[0], n) === 'different') {
      throw new ShapeError(`a grid [N, h, w, 2] for images ${shapeText(x)}`, shapeText(grid));
    }
    return [[n, grid[1], grid[2], c]];
  },
  build: (a) => ([x, grid]) => {
    const [, h, w] = x.shape as [number, number, number, number];
    const align = a['align-corners'];
    return [sampleImage(x, { x: pixels(grid, 0, w, align), y: pixels(grid, 1, h, align) }, samplingOf(a))];
  },
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 3, 2, 'C'], ['N', 1, 2, 2]], out: [['N', 1, 2, 'C']], values: ['normal', 'unit'] },
    { attrs: { padding: 'border' }, in: [[2, 5, 3, 2], [2, 3, 4, 2]], out: [[2, 3, 4, 2]] },
    { attrs: { padding: 'reflection' }, in: [[2, 2, 3, 2], [2, 2, 1, 2]], out: [[2, 2, 1, 2]] },
    { attrs: { padding: 'reflection', 'align-corners': true }, in: [[2, 4, 3, 2], [2, 3, 4, 2]], out: [[2, 3, 4, 2]] },
    { attrs: { 'align-corners': true }, in: [[2, 4, 3, 2], [2, 3, 4, 2]], out: [[2, 3, 4, 2]] },
    { attrs: { mode: 'nearest', padding: 'border' }, in: [[2, 4, 3, 2], [2, 3, 4, 2]], out: [[2, 3, 4, 2]] },
  ],
});

function pixels(grid: Tensor, which: 0 | 1, size: number, alignCorners: boolean): Tensor {
  const [n, h, w] = grid.shape as [number, number, number, number];
  const { scale, offset } = pixelScale(size, alignCorners);
  const coordinate = tf.reshape(tf.slice(grid, [0, 0, 0, which], [n, h, w, 1]), [n, h, w]);
  return tf.add(tf.mul(coordinate, scale), offset);
}
