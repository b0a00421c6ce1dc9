import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel } from './kernel.ts';

/** Pixels added above, below, left and right. */
export type Sides = readonly [top: number, bottom: number, left: number, right: number];

interface MirrorAttributes {
  readonly mode: 'reflect' | 'symmetric';
  readonly sides: Sides;
}

/** Reflects an image [N, H, W, C] at its borders without repeating the border pixel; each side is less than the image's. */
export function reflectPad(x: Tensor, sides: Sides): Tensor {
  return callKernel(mirrorKernel, { x }, { mode: 'reflect', sides });
}

/** Repeats the border pixels of an image [N, H, W, C]. */
export function replicatePad(x: Tensor, sides: Sides): Tensor {
  // Symmetric padding by one pixel repeats the border; wider borders take that step again.
  const step = sides.map((n) => Math.min(n, 1)) as unknown as Sides;
  if (step.every((n) => n === 0)) return x;
  const rest = sides.map((n) => Math.max(n - 1, 0)) as unknown as Sides;
  return replicatePad(callKernel(mirrorKernel, { x }, { mode: 'symmetric', sides: step }), rest);
}

// tfjs's gradient of MirrorPad slices the middle out, which is wrong: border pixels receive from their mirror images too.
const mirrorKernel: Kernel<MirrorAttributes> = {
  name: 'SwapgraphMirrorPad',
  native: (run, { x }, a) => run.one('MirrorPad', nativeAttributes(a), [x, paddings(a)]),
  portable: ({ x }, { mode, sides }) => tf.mirrorPad(x as Tensor4D, pairs(sides), mode),
  gradient: (dy, _saved, a) => ({ x: () => callKernel(mirrorGradientKernel, { dy: dy as Tensor }, a) }),
};

const mirrorGradientKernel: Kernel<MirrorAttributes> = {
  name: 'SwapgraphMirrorPadGradient',
  native: (run, { dy }, a) => run.one('MirrorPadGrad', nativeAttributes(a), [dy, paddings(a)]),
  portable: ({ dy }, { mode, sides: [top, bottom, left, right] }) => fold(fold(dy, 1, top, bottom, mode), 2, left, right, mode),
  gradient: (ddx, _saved, a) => ({ dy: () => callKernel(mirrorKernel, { x: ddx as Tensor }, a) }),
};

const pairs = ([top, bottom, left, right]: Sides): [number, number][] => [[0, 0], [top, bottom], [left, right], [0, 0]];
const paddings = ({ sides }: MirrorAttributes): Tensor => tf.tensor2d(pairs(sides), [4, 2], 'int32');
const nativeAttributes = ({ mode }: MirrorAttributes) => ({ ...FLOAT, Tpaddings: { type: 'int32' }, mode: { text: mode.toUpperCase() } }) as const;

/** Adds the mirrored borders of one axis back onto the pixels they came from. */
function fold(x: Tensor, axis: number, before: number, after: number, mode: MirrorAttributes['mode']): Tensor {
  const size = x.shape[axis] - before - after;
  const skip = mode === 'reflect' ? 1 : 0;
  const cut = (from: number, length: number): Tensor =>
    tf.slice(x, x.shape.map((_, i) => (i === axis ? from : 0)), x.shape.map((n, i) => (i === axis ? length : n)));
  const placed = (piece: Tensor, from: number): Tensor =>
    tf.pad(tf.reverse(piece, axis), x.shape.map((_, i) => (i === axis ? [from, size - from - piece.shape[axis]] : [0, 0])));
  const parts = [cut(before, size)];
  if (before > 0) parts.push(placed(cut(0, before), skip));
  if (after > 0) parts.push(placed(cut(before + size, after), size - skip - after));
  return tf.addN(parts);
}
