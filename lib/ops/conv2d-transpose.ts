import { defineOp, ShapeError, type WeightSpec } from '../registry/op.ts';
import { addDims, isConcrete, multiplyDims, type Dim } from '../shape/dim.ts';
import { addBias } from './kernels/bias.ts';
import { convolveTransposed, type Geometry } from './kernels/convolution.ts';
import { asInit, fanInOf, initAttribute } from './shared/init.ts';
import { imageShape } from './shared/shapes.ts';
import { pairAttribute, pairOf } from './shared/window.ts';

export const conv2dTranspose = defineOp({
  name: 'conv2d-transpose',
  doc:
    'Transposed convolution: the gradient of a convolution of this kernel, stride and padding with respect to its input. The kernel is '
    + '[height, width, channels, C].',
  source: 'torch.nn.ConvTranspose2d',
  attrs: {
    channels: { type: 'integer', minimum: 1, symbolic: true, description: 'Output channels.' },
    kernel: pairAttribute(1, 'Window in pixels: a side, or [height, width].'),
    stride: { ...pairAttribute(1, 'Factor of enlargement.'), default: 1 },
    padding: {
      oneOf: [{ enum: ['same', 'none'] }, { type: 'integer', minimum: 0 }],
      default: 'same',
      description:
        'Pixels cut from every side of the full result, (H - 1) * stride + kernel. `same` cuts floor((kernel - 1) / 2): kernel 4, stride 2 '
        + 'doubles the image; `none` cuts nothing.',
    },
    'output-padding': { ...pairAttribute(0, 'Pixels added below and on the right, less than the stride.'), default: 0 },
    bias: { type: 'boolean', default: true, description: 'Adds a learned number per output channel.' },
    init: initAttribute('torch-default', 'the kernel'),
    'bias-init': initAttribute('torch-default', 'the bias'),
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    const [n, h, w] = imageShape(x);
    return [[n, enlarged(a, h, 0), enlarged(a, w, 1), a.channels]];
  },
  weights: (a, [x]) => {
    const [kh, kw] = pairOf(a.kernel);
    // PyTorch takes the fan-in of the transposed kernel from its output channels.
    const fanIn = fanInOf(kh, kw, a.channels);
    const kernel: WeightSpec = { shape: [kh, kw, a.channels, imageShape(x)[3]], init: asInit(a.init), fanIn };
    const bias: WeightSpec = { shape: [a.channels], init: asInit(a['bias-init']), fanIn };
    return { kernel, ...(a.bias ? { bias } : {}) };
  },
  macs: (a, [x]) => multiplyDims(...x, ...pairOf(a.kernel), a.channels),
  build: (a) => ([x], { kernel, bias }) => {
    const [n, h, w] = x.shape as number[];
    const filter = kernel.shape as unknown as Geometry['filter'];
    // Rows that output padding adds lie past the last whole window, so the convolution that this transposes has plain padding.
    const [top, left] = cutBefore(a);
    const geometry: Geometry = {
      input: [n, enlarged(a, h, 0) as number, enlarged(a, w, 1) as number, filter[2]], filter, strides: pairOf(a.stride),
      sides: [top, top, left, left],
    };
    const y = convolveTransposed('full', x, kernel, geometry);
    return [a.bias ? addBias(y, bias) : y];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { channels: 3, kernel: 4, stride: 2 }, in: [['N', 'H', 'W', 4]], out: [['N', '2 * H', '2 * W', 3]] },
    { attrs: { channels: 3, kernel: 3 }, in: [[2, 4, 5, 2]], out: [[2, 4, 5, 3]] },
    { attrs: { channels: 2, kernel: 3, stride: 2, 'output-padding': 1 }, in: [[2, 4, 3, 3]], out: [[2, 8, 6, 2]] },
    { attrs: { channels: 5, kernel: 2, stride: 2, padding: 'none', bias: false }, in: [[2, 1, 1, 4]], out: [[2, 2, 2, 5]] },
    { attrs: { channels: 2, kernel: [5, 3], stride: [3, 2], padding: 1, 'output-padding': [2, 0] }, in: [[2, 3, 4, 3]], out: [[2, 11, 7, 2]] },
  ],
});

interface Windowed {
  readonly kernel: number | readonly number[];
  readonly stride: number | readonly number[];
  readonly padding: 'same' | 'none' | number;
  readonly 'output-padding': number | readonly number[];
}

/** Pixels cut above and on the left. */
function cutBefore(a: Windowed): readonly [number, number] {
  const [kh, kw] = pairOf(a.kernel);
  if (a.padding === 'same') return [Math.floor((kh - 1) / 2), Math.floor((kw - 1) / 2)];
  return a.padding === 'none' ? [0, 0] : [a.padding, a.padding];
}

/** (size - 1) * stride + kernel - 2 * padding + output padding. */
function enlarged(a: Windowed, size: Dim, axis: 0 | 1): Dim {
  const [stride, added] = [pairOf(a.stride)[axis], pairOf(a['output-padding'])[axis]];
  if (added >= Math.max(stride, 1) && added > 0) throw new ShapeError(`an output-padding less than the stride ${stride}`, `${added}`);
  const out = addDims(multiplyDims(addDims(size, -1), stride), pairOf(a.kernel)[axis] - 2 * cutBefore(a)[axis] + added);
  if (isConcrete(out) && out < 1) throw new ShapeError('an image large enough for the padding', `${String(size)}`);
  return out;
}
