import type { AttributeSchemas } from '../../registry/attributes.ts';
import { ShapeError } from '../../registry/op.ts';
import { addDims, ceilDivide, type Dim } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import { windows } from './padding.ts';
import { imageShape } from './shapes.ts';

/** The attributes that both pooling ops share. */
export const poolingAttrs = {
  size: { type: 'integer', minimum: 1, description: 'Window side, in pixels.' },
  stride: { type: 'integer', minimum: 1, optional: true, description: 'Step between windows; the size where left out.' },
  padding: { type: 'integer', minimum: 0, default: 0, description: 'Pixels added on every side; at most half the window.' },
  ceil: { type: 'boolean', default: false, description: 'Rounds the output size up: the last window may reach over the border.' },
} as const satisfies AttributeSchemas;

export interface Pooling {
  readonly size: number;
  readonly stride?: number;
  readonly padding: number;
  readonly ceil: boolean;
}

/** The output shape of pooling images [N, H, W, C]. */
export function pooledShape(p: Pooling, x: Shape): Shape {
  const [n, h, w, c] = imageShape(x);
  if (2 * p.padding > p.size) throw new ShapeError(`padding of at most half the window, ${Math.floor(p.size / 2)}`, String(p.padding));
  return [n, pooled(h, p), pooled(w, p), c];
}

/** How one axis of known size is padded, and how many windows it then has. */
export function poolingPlan(size: number, p: Pooling): { readonly out: number; readonly before: number; readonly after: number } {
  const out = pooled(size, p) as number;
  const needed = (out - 1) * strideOf(p) + p.size - size - p.padding;
  return { out, before: p.padding, after: Math.max(needed, 0) };
}

export const strideOf = (p: Pooling): number => p.stride ?? p.size;

/** PyTorch's size: with `ceil`, a last window that would start beyond the image and its left padding is dropped. */
function pooled(d: Dim, p: Pooling): Dim {
  const stride = strideOf(p);
  if (!p.ceil) return windows(d, p.size, stride, p.padding, p.padding);
  if (p.padding + stride >= p.size) return ceilDivide(addDims(d, p.padding), stride);
  return addDims(ceilDivide(addDims(d, 2 * p.padding - p.size), stride), 1);
}
