import { DTYPE } from '../graph.ts';
import { intsOf, numbersOf, textOf, type OperationCall } from '../shape-rule.ts';
import { choiceOf, type Choice, type Kind } from './choice.ts';
import { tilingOf, type Tiling } from './tables.ts';

/** A convolution of stride 1 with a square kernel, or a gradient of one. */
export interface Convolution {
  readonly kind: Kind;
  readonly dtype: number;
  readonly choice: Choice;
  /** [N, H, W, C] */
  readonly input: readonly number[];
  readonly channels: number;
  readonly filters: number;
  /** Zeros above, below, left and right of the images. */
  readonly pads: Pads;
  readonly tiling: Tiling;
}

export type Pads = readonly [top: number, bottom: number, left: number, right: number];

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

/** What an operation convolves, where Winograd's form can do it. @param as the dtype that will compute it, where a later pass lowers the graph's */
export function convolutionOf(call: OperationCall, as?: number): Convolution | undefined {
  if (!(call.op in SHAPES)) return undefined;
  const kind = call.op as Kind;
  const { input, kernel: [side, width, channels, filters], dtype } = SHAPES[kind](call);
  const choice = choiceOf(kind, as ?? dtype, side);
  const areOnes = (name: string): boolean => call.attributes[name] === undefined || intsOf(call, name).every((n) => n === 1);
  if (!choice || width !== side || channels !== input[3] || !areOnes('strides') || !areOnes('dilations') || textOf(call, 'data_format', 'NHWC') !== 'NHWC') return undefined;
  const pads = padsOf(call, side);
  const [h, w] = [input[1] + pads[0] + pads[1] - side + 1, input[2] + pads[2] + pads[3] - side + 1];
  return { kind, dtype, choice, input, channels, filters, pads, tiling: tilingOf([input[0], h, w], choice.algorithm) };
}

function padsOf(call: OperationCall, side: number): Pads {
  const padding = textOf(call, 'padding', 'VALID');
  if (padding === 'VALID') return [0, 0, 0, 0];
  if (padding === 'EXPLICIT') return intsOf(call, 'explicit_paddings').slice(2, 6) as readonly number[] as Pads;
  const [before, after] = [Math.floor((side - 1) / 2), Math.ceil((side - 1) / 2)];
  return [before, after, before, after];
}

/** Bytes of pictures at the points beyond which a convolution is summed directly: its form holds up to three tensors of them at once. */
const MOST = 2 ** 27;

/** Whether Winograd's form is faster than the direct sum, by the measured costs of both, without taking much memory. */
export function pays(convolution: Convolution): boolean {
  const { choice: { algorithm: { patch }, dtype }, tiling: { count }, channels, filters } = convolution;
  const bytes = dtype === DTYPE.bfloat16 ? 2 : 4;
  return bytes * patch ** 2 * count * Math.max(channels, filters) <= MOST && isFaster(convolution);
}

/** Below this share of the direct cost it is chosen. */
const WORTH = 0.9;

function isFaster({ choice: { algorithm: { tile, kernel, patch }, costs }, tiling: { n, h, w, count }, channels, filters }: Convolution): boolean {
  const products = patch ** 2;
  const moves = products * count * channels * costs.patch + tile ** 2 * count * filters * costs.tile + products * channels * filters * costs.kernel;
  return 2 * products * count * channels * filters + moves < WORTH * 2 * kernel ** 2 * n * h * w * channels * filters * costs.direct;
}
