import type { AttributeSchemas } from '../../registry/attributes.ts';
import type { Sampling } from '../kernels/sample.ts';

/** The attributes of ops that sample images at given positions. */
export const samplingAttrs = {
  mode: { enum: ['bilinear', 'nearest'], default: 'bilinear', description: 'How values between pixels are made.' },
  padding: { enum: ['zeros', 'border', 'reflection'], default: 'zeros', description: 'What lies outside the image.' },
  'align-corners': { type: 'boolean', default: false, description: '-1 and 1 are the centres of the corner pixels, not their outer edges.' },
} as const satisfies AttributeSchemas;

export function samplingOf(a: { readonly mode: Sampling['mode']; readonly padding: Sampling['padding']; readonly 'align-corners': boolean }): Sampling {
  return { mode: a.mode, padding: a.padding, alignCorners: a['align-corners'] };
}

/** Scale and offset from normalised coordinates (-1 to 1) to pixels along an axis of `size`. */
export function pixelScale(size: number, alignCorners: boolean): { readonly scale: number; readonly offset: number } {
  return { scale: (alignCorners ? size - 1 : size) / 2, offset: (size - 1) / 2 };
}
