import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { isConcrete, multiplyDims } from '../shape/dim.ts';
import { shapeText } from '../shape/shape.ts';
import { convolve } from './kernels/convolution.ts';
import { reflectPad } from './kernels/mirror-pad.ts';
import { imageShape } from './shared/shapes.ts';

interface Attributes {
  readonly sigma: number;
  readonly size?: number;
}

export const blur = defineOp({
  name: 'blur',
  doc: 'Gaussian blur of every channel, with reflected borders. The kernel reaches three standard deviations unless `size` says otherwise.',
  source: 'torchvision.transforms.functional.gaussian_blur',
  attrs: {
    sigma: { type: 'number', exclusiveMinimum: 0, description: 'Standard deviation, in pixels.' },
    size: { type: 'integer', minimum: 1, optional: true, description: 'Kernel side, in pixels; odd.' },
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    const [, h, w] = imageShape(x);
    if (sideOf(a) % 2 === 0) throw new ShapeError('an odd `size`', String(a.size));
    const reach = (sideOf(a) - 1) / 2;
    if ([h, w].some((d) => isConcrete(d) && d <= reach)) throw new ShapeError(`an image of more than ${reach} pixels per side`, shapeText(x));
    return [x];
  },
  macs: (a, [x]) => multiplyDims(2 * sideOf(a), ...x),
  build: (a) => ([x]) => {
    const side = sideOf(a);
    const reach = (side - 1) / 2;
    const padded = reflectPad(x, [reach, reach, reach, reach]);
    const c = x.shape[x.rank - 1];
    const rows = convolve('depthwise', padded, filter(a.sigma, side, c, [side, 1]), [1, 1], [0, 0, 0, 0]);
    return [convolve('depthwise', rows, filter(a.sigma, side, c, [1, side]), [1, 1], [0, 0, 0, 0])];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { sigma: 1.5 }, in: [['N', 16, 16, 'C']], out: [['N', 16, 16, 'C']] },
    { attrs: { sigma: 0.8, size: 3 }, in: [[2, 5, 4, 2]], out: [[2, 5, 4, 2]] },
  ],
});

const sideOf = ({ sigma, size }: Attributes): number => size ?? 2 * Math.ceil(3 * sigma) + 1;

/** The same one-dimensional Gaussian for each channel: [rows, columns, channels, 1]. */
function filter(sigma: number, side: number, channels: number, [rows, columns]: readonly [number, number]): Tensor {
  const bell = Array.from({ length: side }, (_, i) => Math.exp(-0.5 * ((i - (side - 1) / 2) / sigma) ** 2));
  const total = bell.reduce((a, b) => a + b, 0);
  return tf.tensor4d(Float32Array.from({ length: side * channels }, (_, i) => bell[Math.floor(i / channels)] / total), [rows, columns, channels, 1]);
}
