import { tf } from '../engine/tf.ts';
import { defineOp, type WeightSpec } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';
import { addBias } from './kernels/bias.ts';
import { convolve } from './kernels/convolution.ts';
import { asInit, fanInOf, initAttribute } from './shared/init.ts';
import { applyPadding, checkPadding, paddingAttribute, resolvePadding, windows } from './shared/padding.ts';
import { imageShape } from './shared/shapes.ts';
import { pairAttribute, pairOf } from './shared/window.ts';

export const depthwiseConv2d = defineOp({
  name: 'depthwise-conv2d',
  doc: 'Convolves every channel with `multiplier` windows of its own, with the kernel [height, width, 1, C * multiplier].',
  source: 'torch.nn.Conv2d with groups = C',
  attrs: {
    kernel: pairAttribute(1, 'Window in pixels: a side, or [height, width].'),
    stride: { ...pairAttribute(1, 'Step between windows in pixels.'), default: 1 },
    padding: paddingAttribute,
    multiplier: { type: 'integer', minimum: 1, default: 1, description: 'Output channels per input channel.' },
    bias: { type: 'boolean', default: true, description: 'Adds a learned number per output channel.' },
    init: initAttribute('torch-default', 'the kernel'),
    'bias-init': initAttribute('torch-default', 'the bias'),
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    const [n, h, w, c] = imageShape(x);
    const padding = resolvePadding(a.padding, pairOf(a.kernel));
    checkPadding(padding, h, w);
    const [[kh, kw], [sh, sw], [top, bottom, left, right]] = [pairOf(a.kernel), pairOf(a.stride), padding.sides];
    return [[n, windows(h, kh, sh, top, bottom), windows(w, kw, sw, left, right), multiplyDims(c, a.multiplier)]];
  },
  weights: (a, [x]) => {
    const [kh, kw] = pairOf(a.kernel);
    const channels = multiplyDims(imageShape(x)[3], a.multiplier);
    const kernel: WeightSpec = { shape: [kh, kw, 1, channels], init: asInit(a.init), fanIn: fanInOf(kh, kw) };
    const bias: WeightSpec = { shape: [channels], init: asInit(a['bias-init']), fanIn: fanInOf(kh, kw) };
    return { kernel, ...(a.bias ? { bias } : {}) };
  },
  macs: (a, _inputs, [out]) => multiplyDims(...out, ...pairOf(a.kernel)),
  build: (a) => {
    const padding = resolvePadding(a.padding, pairOf(a.kernel));
    return ([image], { kernel, bias }) => {
      const { x, zeros } = applyPadding(image, padding);
      const [kh, kw, , channels] = kernel.shape as number[];
      const y = convolve('depthwise', x, tf.reshape(kernel, [kh, kw, channels / a.multiplier, a.multiplier]), pairOf(a.stride), zeros);
      return [a.bias ? addBias(y, bias) : y];
    };
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { kernel: 3 }, in: [['N', 'H', 'W', 4]], out: [['N', 'H', 'W', 4]] },
    { attrs: { kernel: 3, stride: 2, multiplier: 2, bias: false }, in: [[2, 7, 6, 3]], out: [[2, 4, 3, 6]] },
    { attrs: { kernel: [5, 3], padding: 'reflect' }, in: [[2, 7, 6, 3]], out: [[2, 7, 6, 3]] },
  ],
});
