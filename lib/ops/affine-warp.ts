import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { compareDims, shapeText } from '../shape/shape.ts';
import { sampleImage } from './kernels/sample.ts';
import { boundDim } from './shared/dims.ts';
import { pixelScale, samplingAttrs, samplingOf } from './shared/sampling.ts';
import { imageShape } from './shared/shapes.ts';

type Size = readonly [height: number, width: number];

interface Coordinates {
  readonly coordinates: 'normalized' | 'pixels';
  readonly 'align-corners': boolean;
}

export const affineWarp = defineOp({
  name: 'affine-warp',
  doc: 'Warps images: `matrix` takes the place (x, y, 1) of an output pixel to the place in the input that it shows.',
  source: 'torch.nn.functional.affine_grid followed by grid_sample; in pixels: OpenCV warpAffine with WARP_INVERSE_MAP',
  attrs: {
    ...samplingAttrs,
    to: { type: 'array', items: { type: 'integer', minimum: 1, symbolic: true }, minItems: 2, maxItems: 2, optional: true, description: 'The output size, [height, width]; the input’s where left out.' },
    coordinates: { enum: ['normalized', 'pixels'], default: 'normalized', description: 'normalized: -1 to 1 across either image; pixels: 0 is the centre of the first.' },
  },
  inputs: [{ name: 'x', doc: 'Images, [N, H, W, C].' }, { name: 'matrix', doc: '[N, 2, 3].' }],
  shape: (a, [x, matrix]) => {
    const [n, h, w, c] = imageShape(x);
    const fits = matrix.length === 3 && [n, 2, 3].every((d, i) => compareDims(matrix[i], d) !== 'different');
    if (!fits) throw new ShapeError(`matrices [N, 2, 3] for images ${shapeText(x)}`, shapeText(matrix));
    return [[n, a.to?.[0] ?? h, a.to?.[1] ?? w, c]];
  },
  build: (a) => ([x, matrix]) => {
    const [, h, w] = x.shape as [number, number, number, number];
    const size: Size = a.to === undefined ? [h, w] : [boundDim(a.to[0], 'the height'), boundDim(a.to[1], 'the width')];
    return [sampleImage(x, positions(matrix, [h, w], size, a), samplingOf(a))];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { padding: 'border' }, in: [['N', 2, 3, 'C'], ['N', 2, 3]], out: [['N', 2, 3, 'C']], values: ['normal', 'unit'] },
    { attrs: { to: [3, 7] }, in: [[2, 5, 4, 2], [2, 2, 3]], out: [[2, 3, 7, 2]], values: ['normal', 'unit'] },
    { attrs: { to: [2, 2], 'align-corners': true, padding: 'reflection' }, in: [[2, 3, 2, 2], [2, 2, 3]], out: [[2, 2, 2, 2]], values: ['normal', 'unit'] },
    { attrs: { to: [3, 4], coordinates: 'pixels' }, in: [[2, 5, 6, 2], [2, 2, 3]], out: [[2, 3, 4, 2]], values: ['normal', 'unit'] },
  ],
});

function positions(matrix: Tensor, input: Size, output: Size, a: Coordinates): { x: Tensor; y: Tensor } {
  const n = matrix.shape[0];
  const places = tf.tensor2d(outputPlaces(output, a), [3, output[0] * output[1]]);
  const mapped = tf.reshape(tf.matMul(tf.reshape(matrix, [n * 2, 3]), places), [n, 2, ...output]);
  const part = (which: 0 | 1): Tensor => tf.reshape(tf.slice(mapped, [0, which, 0, 0], [n, 1, ...output]), [n, ...output]);
  if (a.coordinates === 'pixels') return { x: part(0), y: part(1) };
  const toPixels = (v: Tensor, size: number): Tensor => {
    const { scale, offset } = pixelScale(size, a['align-corners']);
    return tf.add(tf.mul(v, scale), offset);
  };
  return { x: toPixels(part(0), input[1]), y: toPixels(part(1), input[0]) };
}

/** Rows x, y and 1 of every output pixel, in row-major order. */
function outputPlaces([h, w]: Size, { coordinates, 'align-corners': align }: Coordinates): Float32Array {
  const place = (i: number, size: number): number => {
    if (coordinates === 'pixels') return i;
    const { scale, offset } = pixelScale(size, align);
    return scale === 0 ? -1 : (i - offset) / scale;
  };
  const count = h * w;
  return Float32Array.from({ length: 3 * count }, (_, k) => {
    const i = k % count;
    return k < count ? place(i % w, w) : k < 2 * count ? place(Math.floor(i / w), h) : 1;
  });
}
