import type { Fragments } from './fragments.ts';
import { clearTruth, writeTruth, type Layers } from './layers.ts';

/** Numbers kept per share: red, green, blue, depth and the normal. */
const stride = 7;

/** Shares of the pixels that see several surfaces (or one and the background): they are shaded among others of their material and put together at the end. */
export interface Edges {
  count: number;
  /** Per share, in the order of the picture: its pixel, how many of the pixel's four samples, and once it is shaded its part and numbers. */
  pixel: Int32Array;
  samples: Uint8Array;
  parts: Uint8Array;
  numbers: Float64Array;
}

export function createEdges(): Edges {
  const capacity = 1024;
  return { count: 0, pixel: new Int32Array(capacity), samples: new Uint8Array(capacity), parts: new Uint8Array(capacity), numbers: new Float64Array(stride * capacity) };
}

/** Adds a share of a pixel and returns its number. Shares of one pixel are added in a row. */
export function addShare(edges: Edges, pixel: number, samples: number): number {
  if (edges.count === edges.pixel.length) grow(edges);
  const share = edges.count++;
  edges.pixel[share] = pixel;
  edges.samples[share] = samples;
  return share;
}

function grow(edges: Edges): void {
  const old = { ...edges };
  const capacity = 2 * old.pixel.length;
  edges.pixel = new Int32Array(capacity);
  edges.samples = new Uint8Array(capacity);
  edges.parts = new Uint8Array(capacity);
  edges.numbers = new Float64Array(stride * capacity);
  edges.pixel.set(old.pixel);
  edges.samples.set(old.samples);
  edges.parts.set(old.parts);
  edges.numbers.set(old.numbers);
}

/** Keeps the shaded i-th fragment as a share. */
export function keepShare(edges: Edges, share: number, f: Fragments, i: number): void {
  const { numbers } = edges;
  const at = stride * share;
  edges.parts[share] = f.part[i];
  numbers[at] = f.red[i];
  numbers[at + 1] = f.green[i];
  numbers[at + 2] = f.blue[i];
  numbers[at + 3] = -f.viewZ[i];
  numbers[at + 4] = f.normalX[i];
  numbers[at + 5] = f.normalY[i];
  numbers[at + 6] = f.normalZ[i];
}

/** Mixes every pixel's shares with what is left of the background. Truth (part, depth, normal) is that of the surface with most samples, the nearer on a tie. */
export function blendEdges(edges: Edges, out: Layers): void {
  const { pixel: pixels, samples, parts, numbers } = edges;
  for (let share = 0; share < edges.count;) {
    const pixel = pixels[share];
    let red = 0, green = 0, blue = 0, most = 0, covered = 0;
    for (; share < edges.count && pixels[share] === pixel; share++) {
      const at = stride * share, count = samples[share];
      red += count * numbers[at];
      green += count * numbers[at + 1];
      blue += count * numbers[at + 2];
      covered += count;
      if (count > most || (count === most && numbers[at + 3] < out.depth[pixel])) {
        most = count;
        writeTruth(out, pixel, parts[share], numbers[at + 3], numbers[at + 4], numbers[at + 5], numbers[at + 6]);
      }
    }
    if (4 - covered > most) clearTruth(out, pixel);
    const rest = (4 - covered) / 4;
    out.colour[3 * pixel] = red / 4 + rest * out.colour[3 * pixel];
    out.colour[3 * pixel + 1] = green / 4 + rest * out.colour[3 * pixel + 1];
    out.colour[3 * pixel + 2] = blue / 4 + rest * out.colour[3 * pixel + 2];
  }
}
