import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel, type NativeAttributes } from './kernel.ts';
import type { Sides } from './mirror-pad.ts';

type Four = readonly [number, number, number, number];

/** One convolution's geometry; with it, its three maps below are each other's gradients. */
export interface Geometry {
  readonly input: Four;
  /** `[kh, kw, in, out]`; depthwise `[kh, kw, in, multiplier]`. */
  readonly filter: Four;
  readonly strides: readonly [number, number];
  /** Zeros around the input. */
  readonly sides: Sides;
}

interface Family {
  readonly forward: Kernel<Geometry>;
  readonly toInput: Kernel<Geometry>;
  readonly toFilter: Kernel<Geometry>;
}

export type ConvolutionKind = 'full' | 'depthwise';

/** `x` [N, H, W, C] with `filter`; differentiable to any order, unlike tfjs's. */
export function convolve(kind: ConvolutionKind, x: Tensor, filter: Tensor, strides: Geometry['strides'], sides: Sides): Tensor {
  const geometry = { input: x.shape as unknown as Four, filter: filter.shape as unknown as Four, strides, sides };
  return callKernel(FAMILIES[kind].forward, { x, filter }, geometry);
}

/** The transpose of `convolve` (also its gradient with respect to the input): from output-shaped `y` to `geometry.input`. */
export function convolveTransposed(kind: ConvolutionKind, y: Tensor, filter: Tensor, geometry: Geometry): Tensor {
  return callKernel(FAMILIES[kind].toInput, { y, filter }, geometry);
}

// <convolve(x, f), y> is linear in x, f and y, so the derivative of each map is the other two.
function family(kind: ConvolutionKind): Family {
  const title = kind === 'full' ? 'Conv2D' : 'DepthwiseConv2D';
  const forward: Kernel<Geometry> = {
    name: `Swapgraph${title}`,
    ...implementations(kind, 'forward'),
    saveInputs: ['x', 'filter'],
    gradient: (dy, [x, filter], g) => ({
      x: () => callKernel(toInput, { y: dy as Tensor, filter }, g),
      filter: () => callKernel(toFilter, { x, y: dy as Tensor }, g),
    }),
  };
  const toInput: Kernel<Geometry> = {
    name: `Swapgraph${title}ToInput`,
    ...implementations(kind, 'toInput'),
    saveInputs: ['y', 'filter'],
    gradient: (dx, [y, filter], g) => ({
      y: () => callKernel(forward, { x: dx as Tensor, filter }, g),
      filter: () => callKernel(toFilter, { x: dx as Tensor, y }, g),
    }),
  };
  const toFilter: Kernel<Geometry> = {
    name: `Swapgraph${title}ToFilter`,
    ...implementations(kind, 'toFilter'),
    saveInputs: ['x', 'y'],
    gradient: (df, [x, y], g) => ({
      x: () => callKernel(toInput, { y, filter: df as Tensor }, g),
      y: () => callKernel(forward, { x, filter: df as Tensor }, g),
    }),
  };
  return { forward, toInput, toFilter };
}

type Implementation = Pick<Kernel<Geometry>, 'native' | 'portable'>;

function implementations(kind: ConvolutionKind, map: keyof Family): Implementation {
  const operation = kind === 'full' ? 'Conv2D' : 'DepthwiseConv2dNative';
  const int32 = (values: readonly number[]): Tensor => tf.tensor1d([...values], 'int32');
  const run = (kernelName: string, inputs: object, attrs: object): Tensor => tf.engine().runKernel(kernelName, inputs as never, attrs as never);
  const stock = { dataFormat: 'NHWC', dilations: [1, 1], pad: 'valid' };
  if (map === 'forward') {
    return {
      native: (native, { x, filter }, g) => native.one(operation, nativeAttributes(g), [x, filter]),
      portable: ({ x, filter }, g) => run(operation, { x: padded(x, g), filter }, { ...stock, strides: [...g.strides] }),
    };
  }
  if (map === 'toInput') {
    return {
      native: (native, { y, filter }, g) => native.one(`${operation}BackpropInput`, nativeAttributes(g), [int32(g.input), filter, y]),
      portable: ({ y, filter }, g) =>
        cropped(run(`${operation}BackpropInput`, { dy: y, filter }, { ...stock, strides: [...g.strides], inputShape: paddedShape(g) }), g),
    };
  }
  return {
    native: (native, { x, y }, g) => native.one(`${operation}BackpropFilter`, nativeAttributes(g), [x, int32(g.filter), y]),
    portable: ({ x, y }, g) =>
      run(`${operation}BackpropFilter`, { x: padded(x, g), dy: y }, { ...stock, strides: [...g.strides], filterShape: [...g.filter] }),
  };
}

function nativeAttributes({ strides: [sh, sw], sides }: Geometry): NativeAttributes {
  const explicit: NativeAttributes = sides.some((n) => n > 0)
    ? { padding: { text: 'EXPLICIT' }, explicit_paddings: { int: [0, 0, ...sides, 0, 0] } }
    : { padding: { text: 'VALID' } };
  return { ...FLOAT, strides: { int: [1, sh, sw, 1] }, dilations: { int: [1, 1, 1, 1] }, data_format: { text: 'NHWC' }, ...explicit };
}

const padded = (x: Tensor, { sides: [t, b, l, r] }: Geometry): Tensor =>
  t + b + l + r === 0 ? x : tf.pad(x as Tensor4D, [[0, 0], [t, b], [l, r], [0, 0]]);
const paddedShape = ({ input: [n, h, w, c], sides: [t, b, l, r] }: Geometry): number[] => [n, h + t + b, w + l + r, c];
const cropped = (x: Tensor, { input, sides: [t, , l] }: Geometry): Tensor => tf.slice(x, [0, t, l, 0], [...input]);

const FAMILIES: Readonly<Record<ConvolutionKind, Family>> = { full: family('full'), depthwise: family('depthwise') };
