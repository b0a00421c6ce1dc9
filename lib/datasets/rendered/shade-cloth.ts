import { readPaint } from './interpolate.ts';
import { noiseTables, valueNoise } from './noise.ts';
import { highlight, light, shown, type ShadingContext } from './shading.ts';
import type { Shader } from './shade-skin.ts';
import type { Fragments } from './fragments.ts';

/** Strands: colour and highlight vary across them (`u`), little along them (`v`); a highlight band as on combed hair (Kajiya and Kay 1989, simplified). */
export function hairShader(context: ShadingContext): Shader {
  const table = noiseTables().uniform;
  const [fine, middle] = [shown(context, 0.12), shown(context, 0.3)];
  return (f) => {
    readPaint(context.workspace, f);
    const { u, v, kept: shift } = f;
    for (let i = 0; i < f.count; i++) {
      const broad = valueNoise(table, u[i] * 9, v[i] * 2) - 0.5;
      let strand = middle === 0 ? 0 : middle * (valueNoise(table, u[i] * 28, v[i] * 5) - 0.5);
      if (fine > 0) strand += fine * (valueNoise(table, u[i] * 80, v[i] * 9) - 0.5);
      const raw = 1 + 0.5 * broad + 0.6 * strand;
      tint(f, i, raw > 0.25 ? raw : 0.25);
      shift[i] = strand + broad;
    }
    light(context, f, 0.35);
    bands(context, f);
  };
}

/** Colours a point with its paint times `tone`. */
function tint(f: Fragments, i: number, tone: number): void {
  f.red[i] = f.paintR[i] * tone;
  f.green[i] = f.paintG[i] * tone;
  f.blue[i] = f.paintB[i] * tone;
}

/** The highlights across strands, shifted along them by what the shader kept. */
function bands(context: ShadingContext, f: Fragments): void {
  const { direction, colour } = context.parameters.light;
  const dx = direction[0], dy = direction[1], dz = direction[2];
  for (let i = 0; i < f.count; i++) {
    const nx = f.normalX[i], ny = f.normalY[i], nz = f.normalZ[i];
    const tx = -nx * ny, ty = 1 - ny * ny, tz = -nz * ny;
    const k = 1 / (Math.sqrt(tx * tx + ty * ty + tz * tz) || 1);
    const ex = f.viewX[i], ey = f.viewY[i], ez = f.viewZ[i];
    const vk = -1 / Math.sqrt(ex * ex + ey * ey + ez * ez);
    const hx = dx + ex * vk, hy = dy + ey * vk, hz = dz + ez * vk;
    const along = ((tx * hx + ty * hy + tz * hz) * k) / Math.sqrt(hx * hx + hy * hy + hz * hz + 1e-12) + 0.12 * f.kept[i];
    let sharp = 1 - along * along;
    sharp = sharp > 0 ? sharp : 0;
    for (let o = 0; o < 4; o++) sharp *= sharp;
    const facing = 0.3 + nx * dx + ny * dy + nz * dz;
    const lobe = sharp * f.lit[i] * (facing > 0 ? facing : 0);
    f.red[i] += lobe * colour[0] * (0.05 + 0.5 * f.paintR[i]) * f.gloss[i];
    f.green[i] += lobe * colour[1] * (0.05 + 0.5 * f.paintG[i]) * f.gloss[i];
    f.blue[i] += lobe * colour[2] * (0.05 + 0.5 * f.paintB[i]) * f.gloss[i];
  }
}

/** Cloth, hats, frames and whatever else has a plain colour: a weave and folds of noise, and a highlight where it has gloss. */
export function plainShader(context: ShadingContext, wrap = 0.1): Shader {
  const table = noiseTables().uniform;
  const fine = shown(context, 0.2);
  return (f) => {
    readPaint(context.workspace, f);
    const { u, v } = f;
    let shiny = false;
    for (let i = 0; i < f.count; i++) {
      let weave = 1 + 0.15 * (valueNoise(table, u[i] * 3, v[i] * 6) - 0.5);
      if (fine > 0) weave += 0.18 * fine * (valueNoise(table, u[i] * 40, v[i] * 90) - 0.5);
      tint(f, i, weave);
      shiny ||= f.gloss[i] > 0;
    }
    light(context, f, wrap);
    if (!shiny) return;
    f.octaves.fill(5);
    highlight(context, f);
  };
}

/** Bare skin off the face (neck, ears, hands): mottling only. */
export function bareSkinShader(context: ShadingContext): Shader {
  const table = noiseTables().uniform;
  const middle = shown(context, 0.4);
  return (f) => {
    readPaint(context.workspace, f);
    for (let i = 0; i < f.count; i++) tint(f, i, middle === 0 ? 1 : 1 + 0.1 * middle * (valueNoise(table, f.u[i] * 45, f.v[i] * 45) - 0.5));
    light(context, f, 0.3);
    f.gloss.fill(0.12);
    f.octaves.fill(4);
    highlight(context, f);
  };
}
