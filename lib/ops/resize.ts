import { defineOp, ShapeError } from '../registry/op.ts';
import { floorDivide, isConcrete, multiplyDims, type Dim } from '../shape/dim.ts';
import { shapeText, type Shape } from '../shape/shape.ts';
import { interpolate } from './kernels/interpolate.ts';
import type { ResizeMethod } from './kernels/resample.ts';
import { boundDim } from './shared/dims.ts';
import { imageShape } from './shared/shapes.ts';

interface Attributes {
  readonly scale?: number;
  readonly to?: readonly Dim[];
  readonly method: ResizeMethod;
  readonly 'align-corners': boolean;
  readonly antialias: boolean;
}

export const resize = defineOp({
  name: 'resize',
  doc: 'Resizes images by a factor or to a size. Pixel centres lie at half pixels unless `align-corners` maps corners to corners; `antialias` widens the filter when shrinking, as image libraries do.',
  source: 'torch.nn.functional.interpolate',
  attrs: {
    scale: { type: 'number', exclusiveMinimum: 0, optional: true, description: 'Factor for both sides; the output size is rounded down.' },
    to: { type: 'array', items: { type: 'integer', minimum: 1, symbolic: true }, minItems: 2, maxItems: 2, optional: true, description: 'The output size, [height, width].' },
    method: { enum: ['nearest', 'bilinear', 'bicubic'], default: 'bilinear', description: 'How values between pixels are made.' },
    'align-corners': { type: 'boolean', default: false, description: 'Corner pixels keep their places (bilinear and bicubic).' },
    antialias: { type: 'boolean', default: false, description: 'Filters as wide as the output pixel when shrinking (bilinear and bicubic).' },
  },
  inputs: ['x'],
  shape: (a, [input]) => {
    const x = imageShape(input);
    if (a.method === 'nearest' && (a['align-corners'] || a.antialias)) throw new ShapeError('method bilinear or bicubic with `align-corners` or `antialias`', 'nearest');
    return [[x[0], ...sizeAfter(a, x), x[3]]];
  },
  macs: (a, _, [out]) => multiplyDims(a.method === 'nearest' ? 0 : a.method === 'bilinear' ? 4 : 16, ...out),
  build: (a) => ([x]) => {
    const [h, w] = sizeAfter(a, x.shape);
    const resampling = { method: a.method, alignCorners: a['align-corners'], antialias: a.antialias, factor: a.scale };
    return [interpolate(x, [boundDim(h, 'the height'), boundDim(w, 'the width')], resampling)];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { scale: 2 }, in: [['N', 'H', 'W', 'C']], out: [['N', '2*H', '2*W', 'C']] },
    { attrs: { scale: 2, method: 'bilinear' }, in: [['N', 5, 3, 2]], out: [['N', 10, 6, 2]] },
    { attrs: { scale: 3 }, in: [[2, 3, 1, 2]], out: [[2, 9, 3, 2]] },
    { attrs: { scale: 2, 'align-corners': true }, in: [[2, 3, 4, 2]], out: [[2, 6, 8, 2]] },
    { attrs: { scale: 2, method: 'nearest' }, in: [['N', 3, 5, 2]], out: [['N', 6, 10, 2]] },
    { attrs: { to: [3, 7], method: 'nearest' }, in: [[2, 5, 4, 2]], out: [[2, 3, 7, 2]] },
    { attrs: { to: [4, 9] }, in: [[2, 7, 5, 2]], out: [[2, 4, 9, 2]] },
    { attrs: { scale: 0.5 }, in: [[2, 7, 5, 2]], out: [[2, 3, 2, 2]] },
    { attrs: { to: [4, 3], method: 'bilinear', antialias: true }, in: [[2, 9, 8, 2]], out: [[2, 4, 3, 2]] },
    { attrs: { to: [5, 9], method: 'bicubic' }, in: [[2, 4, 7, 2]], out: [[2, 5, 9, 2]] },
    { attrs: { to: [5, 9], method: 'bicubic', 'align-corners': true }, in: [[2, 4, 7, 2]], out: [[2, 5, 9, 2]] },
    { attrs: { scale: 0.5, 'align-corners': true, antialias: true }, in: [[2, 7, 5, 2]], out: [[2, 3, 2, 2]] },
    { attrs: { to: [4, 5], method: 'bicubic', antialias: true }, in: [[2, 9, 8, 2]], out: [[2, 4, 5, 2]] },
  ],
});

function sizeAfter(a: Attributes, x: Shape): [Dim, Dim] {
  if ((a.scale === undefined) === (a.to === undefined)) throw new ShapeError('either `scale` or `to`', a.to === undefined ? 'neither' : 'both');
  if (a.to !== undefined) return [a.to[0], a.to[1]];
  const out: [Dim, Dim] = [scaled(x[1], a.scale ?? 1), scaled(x[2], a.scale ?? 1)];
  if (out.includes(0)) throw new ShapeError('an output of at least one pixel', `${shapeText(x)} times ${a.scale}`);
  return out;
}

/** floor(d * scale), exact where the scale is a fraction with a small denominator. */
function scaled(d: Dim, scale: number): Dim {
  for (let by = 1; by <= 64; by++) {
    const times = scale * by;
    if (Math.abs(times - Math.round(times)) < 1e-9 * by) return floorDivide(multiplyDims(d, Math.round(times)), by);
  }
  if (isConcrete(d)) return Math.floor(d * scale);
  throw new ShapeError('a known image size, or a scale that is a simple fraction,', String(scale));
}
