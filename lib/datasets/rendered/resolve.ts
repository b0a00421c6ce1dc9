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

function shadePixel(w: Workspace, size: number, x: number, y: number, four: readonly number[], shaders: readonly (Shader | undefined)[], f: Fragment, out: Layers): void {
  const pixel = y * size + x;
  const s0 = four[0] < 0 ? -1 : w.materials[four[0]], s1 = four[1] < 0 ? -1 : w.materials[four[1]];
  const s2 = four[2] < 0 ? -1 : w.materials[four[2]], s3 = four[3] < 0 ? -1 : w.materials[four[3]];
  if (s0 === s1 && s0 === s2 && s0 === s3) {
    interpolate(w, four[0], 2 * x + 1, 2 * y + 1, f);
    (shaders[s0] as Shader)(f);
    out.colour[3 * pixel] = f.colour[0];
    out.colour[3 * pixel + 1] = f.colour[1];
    out.colour[3 * pixel + 2] = f.colour[2];
    writeTruth(out, pixel, f);
    return;
  }
  shadeEdge(w, 2 * x, 2 * y, pixel, four, [s0, s1, s2, s3], shaders, f, out);
}

function shadeEdge(
  w: Workspace, x: number, y: number, pixel: number, four: readonly number[], surfaces: readonly number[], shaders: readonly (Shader | undefined)[], f: Fragment, out: Layers,
): void {
  let red = 0, green = 0, blue = 0, most = 0, covered = 0;
  for (let k = 0; k < 4; k++) {
    const surface = surfaces[k];
    if (surface < 0 || surfaces.indexOf(surface) < k) continue;
    let count = 0;
    for (let j = k; j < 4; j++) if (surfaces[j] === surface) count++;
    interpolate(w, four[k], x + 0.5 + (k & 1), y + 0.5 + (k >> 1), f);
    (shaders[surface] as Shader)(f);
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
  out.normals[3 * pixel] = f.normal[0];
  out.normals[3 * pixel + 1] = f.normal[1];
  out.normals[3 * pixel + 2] = f.normal[2];
}

function clearTruth(out: Layers, pixel: number): void {
  out.parts[pixel] = 0;
  out.mask[pixel] = 0;
  out.depth[pixel] = 0;
  out.normals.fill(0, 3 * pixel, 3 * pixel + 3);
}
