import { noiseTables, scatter, valueNoise } from './noise.ts';
import { linear } from './colours.ts';
import type { Background, Picture } from './parameters.ts';

const grid = 40;

/** The background as linear RGB, [size, size, 3], where the samples' triangles (-1: none) do not cover the pixel; patterns are drawn coarsely and enlarged, as if out of focus. */
export function drawBackground(background: Background, size: number, samples: { readonly side: number; readonly ids: Int32Array }): Float32Array {
  const coarse = background.kind === 'picture' && background.picture ? fromPicture(background.picture, background.seed) : pattern(background);
  return enlarge(coarse.data, coarse.side, size, samples.ids, samples.side);
}

function pattern(background: Background): { data: Float32Array; side: number } {
  const data = new Float32Array(grid * grid * 3);
  const [a, b, c, d] = background.colours;
  const table = noiseTables().uniform;
  const random = (k: number): number => scatter(background.seed, k) / 0x100000000;
  const shift = 200 * random(0);
  const put = (at: number, colour: readonly number[], amount: number): void => {
    for (let k = 0; k < 3; k++) data[at + k] += (colour[k] - data[at + k]) * amount;
  };
  for (let y = 0; y < grid; y++) {
    for (let x = 0; x < grid; x++) {
      const at = (y * grid + x) * 3;
      const [u, v] = [x / grid, y / grid];
      put(at, a, 1);
      if (background.kind === 'gradient' || background.kind === 'bokeh') put(at, b, Math.min(1, Math.max(0, 0.5 + (u - 0.5) * (2 * random(1) - 1) + (v - 0.5))));
      if (background.kind === 'plain') put(at, b, 0.12 * valueNoise(table, u * 3 + shift, v * 3));
      if (background.kind === 'foliage') {
        put(at, b, valueNoise(table, u * 5 + shift, v * 5));
        put(at, c, Math.max(0, 2 * valueNoise(table, u * 13 + shift, v * 13 + 7) - 1));
      }
    }
  }
  if (background.kind === 'room') addBoxes(data, [b, c, d], random);
  if (background.kind === 'bokeh') addDiscs(data, [b, c, d], random);
  soften(data);
  soften(data);
  return { data, side: grid };
}

function addBoxes(data: Float32Array, colours: readonly (readonly number[])[], random: (k: number) => number): void {
  for (let n = 0; n < 7; n++) {
    const [x0, y0] = [Math.floor(random(10 + n) * grid), Math.floor(random(20 + n) * grid)];
    const [w, h] = [Math.floor(3 + random(30 + n) * 16), Math.floor(4 + random(40 + n) * 34)];
    for (let y = y0; y < Math.min(grid, y0 + h); y++) for (let x = x0; x < Math.min(grid, x0 + w); x++) data.set(colours[n % 3], (y * grid + x) * 3);
  }
}

function addDiscs(data: Float32Array, colours: readonly (readonly number[])[], random: (k: number) => number): void {
  for (let n = 0; n < 22; n++) {
    const [cx, cy, r] = [random(50 + n) * grid, random(90 + n) * grid, 1.2 + 2.8 * random(130 + n)];
    for (let y = Math.max(0, Math.floor(cy - r)); y < Math.min(grid, cy + r); y++) {
      for (let x = Math.max(0, Math.floor(cx - r)); x < Math.min(grid, cx + r); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 > r * r) continue;
        for (let k = 0; k < 3; k++) data[(y * grid + x) * 3 + k] += 0.45 * colours[n % 3][k];
      }
    }
  }
}

/** A 3 x 3 box blur with clamped edges, in place, one axis after the other. */
function soften(data: Float32Array): void {
  for (const [step, line] of [[3, 3 * grid], [3 * grid, 3]]) {
    for (let l = 0; l < grid; l++) {
      for (let c = 0; c < 3; c++) {
        let at = l * line + c;
        let before = data[at];
        for (let k = 0; k < grid; k++, at += step) {
          const here = data[at];
          data[at] = (before + here + (k + 1 < grid ? data[at + step] : here)) / 3;
          before = here;
        }
      }
    }
  }
}

/** A square window of the photograph, chosen by the seed, brought to at most 256 pixels a side. */
function fromPicture(picture: Picture, seed: number): { data: Float32Array; side: number } {
  const window = Math.floor(Math.min(picture.width, picture.height) * (0.5 + 0.5 * (scatter(seed, 1) / 0x100000000)));
  const left = Math.floor((picture.width - window) * (scatter(seed, 2) / 0x100000000));
  const top = Math.floor((picture.height - window) * (scatter(seed, 3) / 0x100000000));
  const side = Math.max(2, Math.min(256, window));
  const data = new Float32Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = ((top + Math.floor((y * window) / side)) * picture.width + left + Math.floor((x * window) / side)) * 3;
      for (let k = 0; k < 3; k++) data[(y * side + x) * 3 + k] = linear(picture.data[at + k]);
    }
  }
  return { data, side };
}

function enlarge(from: Float32Array, side: number, size: number, ids: Int32Array, across: number): Float32Array {
  const out = new Float32Array(size * size * 3);
  const scale = (side - 1) / size;
  for (let y = 0; y < size; y++) {
    const fy = (y + 0.5) * scale, y0 = Math.min(side - 2, Math.floor(fy)) | 0, ty = fy - y0;
    for (let x = 0; x < size; x++) {
      const first = 2 * (y * across + x);
      if (ids[first] >= 0 && ids[first + 1] >= 0 && ids[first + across] >= 0 && ids[first + across + 1] >= 0) continue;
      const fx = (x + 0.5) * scale, x0 = Math.min(side - 2, Math.floor(fx)) | 0, tx = fx - x0;
      const at = (y0 * side + x0) * 3, below = at + side * 3, o = (y * size + x) * 3;
      for (let k = 0; k < 3; k++) {
        const upper = from[at + k] + (from[at + 3 + k] - from[at + k]) * tx;
        const lower = from[below + k] + (from[below + 3 + k] - from[below + k]) * tx;
        out[o + k] = upper + (lower - upper) * ty;
      }
    }
  }
  return out;
}
