import type { Sample } from '../registry/dataset.ts';
import type { SwapResult } from '../registry/metric.ts';

/** A square picture in [0, 1]; `key` is the object that stands for it, so that it is measured once. */
export interface Picture {
  readonly key: object;
  readonly size: number;
  /** [size * size * 3] RGB, row by row. */
  readonly data: Float32Array;
}

export function swapPicture(swap: SwapResult): Picture {
  return { key: swap.swap, size: swap.size, data: swap.swap };
}

/** A sample's `image`. @throws Error where it has none. */
export function samplePicture(sample: Sample): Picture {
  const data = plane(sample, 'image');
  if (data === undefined) throw new Error(`sample ${sample.id} has no image`);
  return { key: sample.fields.image as object, size: Math.round(Math.sqrt(data.length / 3)), data };
}

/** A picture-like field as floats in [0, 1] (bytes are divided by 255), or undefined where the sample has none. */
export function plane(sample: Sample, field: string): Float32Array | undefined {
  const value = sample.fields[field];
  if (value instanceof Float32Array) return value;
  return value instanceof Uint8Array ? Float32Array.from(value, (v) => v / 255) : undefined;
}
