import { defineOp, ShapeError, type WeightSpec } from '../registry/op.ts';
import { dimText, floorDivide, isConcrete, multiplyDims, type Dim } from '../shape/dim.ts';
import { addBias } from './kernels/bias.ts';
import { groupedConvolution } from './shared/convolution.ts';
import { asInit, fanInOf, initAttribute } from './shared/init.ts';
import { applyPadding, checkPadding, paddingAttribute, resolvePadding, windows, type PaddingValue } from './shared/padding.ts';
import { imageShape } from './shared/shapes.ts';
import { spectralAttribute, spectralWeights, spectrallyNormalized } from './shared/spectral.ts';
import { pairAttribute, pairOf } from './shared/window.ts';

export const conv2d = defineOp({
  name: 'conv2d',
  doc: '2-D convolution (cross-correlation) over images [N, H, W, C], with the kernel [height, width, C / groups, channels].',
  source: 'torch.nn.Conv2d',
  attrs: {
    channels: { type: 'integer', minimum: 1, symbolic: true, description: 'Output channels.' },
    kernel: pairAttribute(1, 'Window in pixels: a side, or [height, width].'),
    stride: { ...pairAttribute(1, 'Step between windows in pixels.'), default: 1 },
    padding: paddingAttribute,
    dilation: { ...pairAttribute(1, 'Step between the pixels of a window.'), default: 1 },
    groups: { type: 'integer', minimum: 1, default: 1, description: 'Channel groups that do not mix; both channel counts are multiples of it.' },
    bias: { type: 'boolean', default: true, description: 'Adds a learned number per output channel.' },
    spectral: spectralAttribute,
    init: initAttribute('torch-default', 'the kernel'),
    'bias-init': initAttribute('torch-default', 'the bias'),
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    const [n, h, w, c] = imageShape(x);
    inputsPerGroup(c, a.channels, a.groups);
    const padding = paddingOf(a);
    checkPadding(padding, h, w);
    const [kh, kw] = pairOf(a.kernel);
    const [sh, sw] = pairOf(a.stride);
    const [dh, dw] = pairOf(a.dilation);
    const [top, bottom, left, right] = padding.sides;
    return [[n, windows(h, kh, sh, top, bottom, dh), windows(w, kw, sw, left, right, dw), a.channels]];
  },
  weights: (a, [x]) => {
    const [kh, kw] = pairOf(a.kernel);
    const c = inputsPerGroup(imageShape(x)[3], a.channels, a.groups);
    const kernel: WeightSpec = { shape: [kh, kw, c, a.channels], init: asInit(a.init) };
    const bias: WeightSpec = { shape: [a.channels], init: asInit(a['bias-init']), fanIn: fanInOf(kh, kw, c) };
    return { kernel, ...(a.bias ? { bias } : {}), ...(a.spectral ? spectralWeights(a.channels) : {}) };
  },
  macs: (a, [x], [out]) => multiplyDims(...out, ...pairOf(a.kernel), inputsPerGroup(x[3], a.channels, a.groups)),
  build: (a) => {
    const padding = paddingOf(a);
    const [strides, dilation] = [pairOf(a.stride), pairOf(a.dilation)];
    return ([image], weights, context) => {
      const { x, zeros } = applyPadding(image, padding);
      const kernel = a.spectral ? spectrallyNormalized(weights.kernel, weights.left, context) : weights.kernel;
      const y = groupedConvolution(x, kernel, { strides, dilation, groups: a.groups, zeros });
      return [a.bias ? addBias(y, weights.bias) : y];
    };
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { channels: 8, kernel: 3 }, in: [['N', 'H', 'W', 4]], out: [['N', 'H', 'W', 8]] },
    { attrs: { channels: 6, kernel: 4, stride: 2 }, in: [['N', 16, 12, 3]], out: [['N', 8, 6, 6]] },
    { attrs: { channels: 5, kernel: 4 }, in: [[2, 9, 8, 3]], out: [[2, 8, 7, 5]] },
    { attrs: { channels: 5, kernel: 3, padding: 'reflect' }, in: [[2, 6, 5, 3]], out: [[2, 6, 5, 5]] },
    { attrs: { channels: 4, kernel: 7, padding: 'reflect', stride: 2 }, in: [[2, 9, 10, 2]], out: [[2, 5, 5, 4]] },
    { attrs: { channels: 3, kernel: 5, padding: 'replicate' }, in: [[2, 6, 5, 3]], out: [[2, 6, 5, 3]] },
    { attrs: { channels: 3, kernel: [3, 2], padding: { zero: [2, 0, 1, 3] }, bias: false }, in: [[2, 6, 5, 3]], out: [[2, 6, 8, 3]] },
    { attrs: { channels: 3, kernel: 3, padding: { reflect: [1, 0, 2, 1] }, stride: [2, 1] }, in: [[2, 6, 5, 3]], out: [[2, 3, 6, 3]] },
    { attrs: { channels: 4, kernel: 3, dilation: 2 }, in: [[2, 7, 8, 3]], out: [[2, 7, 8, 4]] },
    { attrs: { channels: 4, kernel: 3, dilation: [2, 3], stride: 2, padding: 2 }, in: [[2, 9, 8, 3]], out: [[2, 5, 3, 4]] },
    { attrs: { channels: 6, kernel: 3, groups: 2 }, in: [[2, 6, 5, 4]], out: [[2, 6, 5, 6]] },
    { attrs: { channels: 8, kernel: 3, groups: 4, stride: 2 }, in: [[2, 6, 5, 4]], out: [[2, 3, 3, 8]] },
    { attrs: { channels: 4, kernel: 1, padding: 'none', spectral: true }, in: [[2, 4, 3, 5]], out: [[2, 4, 3, 4]] },
  ],
});

interface Windowed {
  readonly kernel: number | readonly number[];
  readonly dilation: number | readonly number[];
  readonly padding: PaddingValue;
}

const paddingOf = (a: Windowed) => resolvePadding(a.padding, pairOf(a.kernel), pairOf(a.dilation));

/** Input channels of one group; throws where `groups` does not divide both sides. */
function inputsPerGroup(c: Dim, channels: Dim, groups: number): Dim {
  if (groups === 1) return c;
  const divides = (d: Dim): boolean => !isConcrete(d) || d % groups === 0;
  if (!divides(channels)) throw new ShapeError(`channels that are a multiple of ${groups} groups`, dimText(channels));
  if (!divides(c)) throw new ShapeError(`an input whose channels are a multiple of ${groups} groups`, dimText(c));
  return floorDivide(c, groups);
}
