import type { Tensor } from '@tensorflow/tfjs-core';
import type { AttributeSchema } from '../../registry/attributes.ts';
import { ShapeError } from '../../registry/op.ts';
import { addDims, floorDivide, isConcrete, type Dim } from '../../shape/dim.ts';
import { reflectPad, replicatePad, type Sides } from '../kernels/mirror-pad.ts';

const amount = {
  oneOf: [
    { type: 'integer', minimum: 0 },
    { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 4, maxItems: 4, description: 'Top, bottom, left, right.' },
  ],
} as const satisfies AttributeSchema;

export const paddingAttribute = {
  oneOf: [
    { enum: ['same', 'none', 'reflect', 'replicate'] },
    { type: 'integer', minimum: 0 },
    { type: 'object', properties: { zero: amount }, required: ['zero'], additionalProperties: false },
    { type: 'object', properties: { reflect: amount }, required: ['reflect'], additionalProperties: false },
    { type: 'object', properties: { replicate: amount }, required: ['replicate'], additionalProperties: false },
  ],
  default: 'same',
  description:
    'Border pixels. `same`: floor(dilation * (kernel - 1) / 2) zeros on every side, as published networks have it (kernel 4, stride 2 halves '
    + 'the image; kernel 4, stride 1 takes one pixel off); `reflect`, `replicate`: as many mirrored or repeated pixels; `none`; a number of '
    + 'zeros; or { reflect: 3 }, { zero: [top, bottom, left, right] }.',
} as const satisfies AttributeSchema;

type Amount = number | readonly number[];
export type PaddingValue =
  | 'same' | 'none' | 'reflect' | 'replicate' | number
  | { readonly zero?: Amount; readonly reflect?: Amount; readonly replicate?: Amount };

export interface Padding {
  readonly mode: 'zero' | 'reflect' | 'replicate';
  readonly sides: Sides;
}

/** What `value` means for a window of `kernel` pixels. */
export function resolvePadding(value: PaddingValue, [kh, kw]: readonly [number, number], [dh, dw]: readonly [number, number] = [1, 1]): Padding {
  const v = Math.floor((dh * (kh - 1)) / 2);
  const h = Math.floor((dw * (kw - 1)) / 2);
  if (value === 'none') return { mode: 'zero', sides: [0, 0, 0, 0] };
  if (value === 'same') return { mode: 'zero', sides: [v, v, h, h] };
  if (value === 'reflect' || value === 'replicate') return { mode: value, sides: [v, v, h, h] };
  if (typeof value === 'number') return { mode: 'zero', sides: sidesOf(value) };
  if (value.reflect !== undefined) return { mode: 'reflect', sides: sidesOf(value.reflect) };
  if (value.replicate !== undefined) return { mode: 'replicate', sides: sidesOf(value.replicate) };
  return { mode: 'zero', sides: sidesOf(value.zero ?? 0) };
}

/** Mirrors or repeats where the mode says so; zeros are left to the convolution itself, and returned as `zeros`. */
export function applyPadding(x: Tensor, { mode, sides }: Padding): { readonly x: Tensor; readonly zeros: Sides } {
  if (mode === 'zero' || sides.every((n) => n === 0)) return { x, zeros: mode === 'zero' ? sides : [0, 0, 0, 0] };
  return { x: mode === 'reflect' ? reflectPad(x, sides) : replicatePad(x, sides), zeros: [0, 0, 0, 0] };
}

/** Windows that fit along one axis: floor((size + before + after - dilation * (kernel - 1) - 1) / stride) + 1. */
export function windows(size: Dim, kernel: number, stride: number, before: number, after: number, dilation = 1): Dim {
  const span = dilation * (kernel - 1) + 1;
  if (isConcrete(size) && size + before + after < span) {
    throw new ShapeError(`an image of at least ${span - before - after} pixels per side for a window of ${span}`, `${size}`);
  }
  return addDims(floorDivide(addDims(size, before + after - span), stride), 1);
}

/** Mirrored pixels must exist: throws where the image has `size` pixels or fewer to mirror. */
export function checkPadding({ mode, sides: [top, bottom, left, right] }: Padding, h: Dim, w: Dim): void {
  if (mode !== 'reflect') return;
  for (const [size, most] of [[h, Math.max(top, bottom)], [w, Math.max(left, right)]] as const) {
    if (isConcrete(size) && size <= most) throw new ShapeError(`an image of more than ${most} pixels per side for reflect padding of ${most}`, `${size}`);
  }
}

function sidesOf(amount: Amount): Sides {
  return typeof amount === 'number' ? [amount, amount, amount, amount] : (amount as unknown as Sides);
}
