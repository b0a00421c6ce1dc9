import { createFragment, interpolate, type Fragment } from './fragment.ts';
import { inFaceMask } from './materials.ts';
import type { Shader } from './shade-skin.ts';
import type { Workspace } from './workspace.ts';

/** The picture and its truth, pixel by pixel. */
export interface Layers {
  /** Linear RGB on entry the background, on return the picture, [size, size, 3]. */
  readonly colour: Float32Array;
  readonly parts: Uint8Array;
  readonly mask: Float32Array;
  readonly depth: Float32Array;
  readonly normals: Float32Array;
}

/**
 * Shades each pixel from its 2 x 2 samples: once where they see one surface, once per surface where they do not, so that edges are
 * smooth at the price of the few pixels on them. Truth (part, depth, normal) is that of the surface with most samples, the nearer on a tie.
 */
export function resolve(w: Workspace, size: number, shaders: readonly (Shader | undefined)[], out: Layers): void {
  const { ids, side } = w.samples;
  const fragment = createFragment();
  const four = [0, 0, 0, 0];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = 2 * y * side + 2 * x;
      four[0] = ids[at];
      four[1] = ids[at + 1];
      four[2] = ids[at + side];
      four[3] = ids[at + side + 1];
      if (four[0] < 0 && four[1] < 0 && four[2] < 0 && four[3] < 0) continue;
      shadePixel(w, size, x, y, four, shaders, fragment, out);
    }
  }
}

const surfaceOf = (w: Workspace, id: number): number => (id < 0 ? -1 : w.materials[id]);

function shadePixel(w: Workspace, size: number, x: number, y: number, four: readonly number[], shaders: readonly (Shader | undefined)[], f: Fragment, out: Layers): void {
  const pixel = y * size + x;
  let [red, green, blue, most, covered] = [0, 0, 0, 0, 0];
  for (let k = 0; k < 4; k++) {
    const surface = surfaceOf(w, four[k]);
    if (surface < 0) continue;
    let count = 0;
    let earlier = false;
    for (let j = 0; j < 4; j++) {
      if (surfaceOf(w, four[j]) !== surface) continue;
      if (j < k) earlier = true;
      count++;
    }
    if (earlier) continue;
    const shader = shaders[surface];
    if (!shader) continue;
    interpolate(w, four[k], 2 * x + (count === 4 ? 1 : 0.5 + (k & 1)), 2 * y + (count === 4 ? 1 : 0.5 + (k >> 1)), f);
    shader(f);
    red += count * f.colour[0];
    green += count * f.colour[1];
    blue += count * f.colour[2];
    covered += count;
    if (count > most || (count === most && -f.view[2] < out.depth[pixel])) {
      most = count;
      writeTruth(out, pixel, f);
    }
  }
  if (4 - covered > most) clearTruth(out, pixel);
  const rest = (4 - covered) / 4;
  out.colour[3 * pixel] = red / 4 + rest * out.colour[3 * pixel];
  out.colour[3 * pixel + 1] = green / 4 + rest * out.colour[3 * pixel + 1];
  out.colour[3 * pixel + 2] = blue / 4 + rest * out.colour[3 * pixel + 2];
}

function writeTruth(out: Layers, pixel: number, f: Fragment): void {
  out.parts[pixel] = f.part;
  out.mask[pixel] = inFaceMask[f.part];
  out.depth[pixel] = -f.view[2];
  out.normals.set(f.normal, 3 * pixel);
}

function clearTruth(out: Layers, pixel: number): void {
  out.parts[pixel] = 0;
  out.mask[pixel] = 0;
  out.depth[pixel] = 0;
  out.normals.fill(0, 3 * pixel, 3 * pixel + 3);
}
