import { intsOf, numbersOf, textOf, type OperationCall } from '../shape-rule.ts';
import { ALGORITHMS, type Algorithm } from './algorithm.ts';
import { tilingOf, type Tiling } from './tables.ts';

/** The operations that have a form of Winograd's. */
export type Kind = 'Conv2D' | 'Conv2DBackpropInput' | 'Conv2DBackpropFilter';

/** A 3x3 convolution of stride 1, or a gradient of one. */
export interface Convolution {
  readonly kind: Kind;
  readonly dtype: number;
  readonly algorithm: Algorithm;
  /** [N, H, W, C] */
  readonly input: readonly number[];
  readonly channels: number;
  readonly filters: number;
  /** Zeros on each side of the images. */
  readonly pad: 0 | 1;
  readonly tiling: Tiling;
}

interface Shapes {
  readonly input: readonly number[];
  readonly kernel: readonly number[];
  readonly dtype: number;
}

const SHAPES: Readonly<Record<Kind, (call: OperationCall) => Shapes>> = {
  Conv2D: ({ inputs: [x, kernel] }) => ({ input: x.shape, kernel: kernel.shape, dtype: x.dtype }),
  Conv2DBackpropInput: (call) => ({ input: numbersOf(call, 0), kernel: call.inputs[1].shape, dtype: call.inputs[2].dtype }),
  Conv2DBackpropFilter: (call) => ({ input: call.inputs[0].shape, kernel: numbersOf(call, 1), dtype: call.inputs[2].dtype }),
};

/** What an operation convolves, where Winograd's form can do it. */
export function convolutionOf(call: OperationCall): Convolution | undefined {
  if (!(call.op in SHAPES)) return undefined;
  const { input, kernel: [height, width, channels, filters], dtype } = SHAPES[call.op as Kind](call);
  const algorithm = ALGORITHMS.get(dtype);
  const padding = textOf(call, 'padding', 'VALID');
  if (!algorithm || padding === 'EXPLICIT' || textOf(call, 'data_format', 'NHWC') !== 'NHWC') return undefined;
  const areOnes = (name: string): boolean => call.attributes[name] === undefined || intsOf(call, name).every((n) => n === 1);
  if (height !== 3 || width !== 3 || channels !== input[3] || !areOnes('strides') || !areOnes('dilations')) return undefined;
  const pad = padding === 'SAME' ? 1 : 0;
  const tiling = tilingOf([input[0], input[1] + 2 * pad - 2, input[2] + 2 * pad - 2], algorithm);
  return { kind: call.op as Kind, dtype, algorithm, input, channels, filters, pad, tiling };
}

/** Numbers of pictures at the points beyond which a convolution is summed directly: its form holds up to three tensors of them at once. */
const MOST = 2 ** 25;

/** Whether Winograd's form is faster than the direct sum, by the measured costs of both, without taking much memory. */
export function pays(convolution: Convolution): boolean {
  const { algorithm: { patch }, tiling: { count }, channels, filters } = convolution;
  return patch ** 2 * count * Math.max(channels, filters) <= MOST && isFaster(convolution);
}

function isFaster({ kind, algorithm, tiling: { n, h, w, count }, channels, filters }: Convolution): boolean {
  const { tile, patch, cost, kernelGradient, worth } = algorithm;
  const products = 2 * patch ** 2 * count * channels * filters;
  const moves = patch ** 2 * count * channels * cost.patch + tile ** 2 * count * filters * cost.tile + patch ** 2 * channels * filters * cost.kernel;
  const direct = 2 * 9 * n * h * w * channels * filters * (kind === 'Conv2DBackpropFilter' ? kernelGradient : 1);
  return products + moves < worth * direct;
}
