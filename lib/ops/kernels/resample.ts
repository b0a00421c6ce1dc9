export type ResizeMethod = 'nearest' | 'bilinear' | 'bicubic';

export interface Resampling {
  readonly method: ResizeMethod;
  readonly alignCorners: boolean;
  readonly antialias: boolean;
  /** The factor the user asked for; it, not out / in, sets the sampling positions when the output size was rounded down. */
  readonly factor?: number;
}

/** A row-major [out, in] matrix that resamples one axis: `torch.nn.functional.interpolate` along it. */
export function resampleMatrix(size: number, out: number, r: Resampling): Float32Array {
  const matrix = new Float32Array(size * out);
  const step = stepOf(size, out, r);
  for (let i = 0; i < out; i++) {
    for (const [j, weight] of taps(i, size, step, r)) matrix[i * size + clamp(j, size)] += weight;
  }
  return matrix;
}

/** Distance between neighbouring samples, in input pixels. */
export function stepOf(size: number, out: number, r: Resampling): number {
  // PyTorch ignores the factor where an axis keeps its size, and for nearest where it doubles.
  if (size === out && !r.antialias && r.method !== 'bicubic') return 1;
  if (r.method === 'nearest' && out === 2 * size) return 0.5;
  if (r.alignCorners) return out > 1 ? (size - 1) / (out - 1) : 0;
  return r.factor === undefined ? size / out : 1 / r.factor;
}

type Tap = readonly [index: number, weight: number];

function taps(i: number, size: number, step: number, r: Resampling): readonly Tap[] {
  if (r.method === 'nearest') return [[Math.floor(Math.fround(Math.fround(step) * i)), 1]];
  if (r.antialias) return smoothTaps(i, size, step, r);
  const at = r.alignCorners ? step * i : step * (i + 0.5) - 0.5;
  const low = Math.floor(at);
  const t = at - low;
  if (r.method === 'bilinear') return [[low, 1 - t], [low + 1, t]];
  return [-1, 0, 1, 2].map((k) => [low + k, cubic(t - k, -0.75)]);
}

/** A filter as wide as the output pixel, normalised at the borders (Pillow's resampling; PyTorch's antialias=True). */
function smoothTaps(i: number, size: number, step: number, r: Resampling): readonly Tap[] {
  const stretch = Math.max(step, 1);
  const support = (r.method === 'bilinear' ? 1 : 2) * stretch;
  const centre = step * (i + 0.5);
  const first = Math.max(Math.trunc(centre - support + 0.5), 0);
  const last = Math.min(Math.trunc(centre + support + 0.5), size);
  const found = Array.from({ length: last - first }, (_, k): Tap => {
    const distance = (first + k - centre + 0.5) / stretch;
    return [first + k, r.method === 'bilinear' ? Math.max(0, 1 - Math.abs(distance)) : cubic(distance, -0.5)];
  });
  const total = found.reduce((sum, [, w]) => sum + w, 0);
  return found.map(([j, w]) => [j, w / total]);
}

/** Keys' cubic convolution kernel. */
function cubic(x: number, a: number): number {
  const d = Math.abs(x);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

const clamp = (j: number, size: number): number => Math.min(Math.max(j, 0), size - 1);
