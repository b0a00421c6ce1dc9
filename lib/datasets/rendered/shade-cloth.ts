import type { Fragment } from './fragment.ts';
import { noiseTables, valueNoise } from './noise.ts';
import { highlight, light, shown, type ShadingContext } from './shading.ts';
import type { Shader } from './shade-skin.ts';
import { attribute as at } from './workspace.ts';

/** Strands: colour and highlight vary across them (`u`), little along them (`v`); a highlight band as on combed hair (Kajiya and Kay 1989, simplified). */
export function hairShader(context: ShadingContext): Shader {
  const table = noiseTables().uniform;
  const [fine, middle] = [shown(context, 0.12), shown(context, 0.3)];
  const lamp = context.parameters.light;
  return (f) => {
    const t = f.attributes;
    const u = t[at.u], v = t[at.v];
    const broad = valueNoise(table, u * 9, v * 2) - 0.5;
    let strand = middle === 0 ? 0 : middle * (valueNoise(table, u * 28, v * 5) - 0.5);
    if (fine > 0) strand += fine * (valueNoise(table, u * 80, v * 9) - 0.5);
    const tone = Math.max(0.25, 1 + 0.5 * broad + 0.6 * strand);
    for (let c = 0; c < 3; c++) f.colour[c] = t[c] * tone;
    const n = f.normal;
    light(context, f, 0.35);
    const tx = -n[0] * n[1], ty = 1 - n[1] * n[1], tz = -n[2] * n[1];
    const k = 1 / (Math.sqrt(tx * tx + ty * ty + tz * tz) || 1);
    const e = f.view;
    const vk = -1 / Math.sqrt(e[0] * e[0] + e[1] * e[1] + e[2] * e[2]);
    const hx = lamp.direction[0] + e[0] * vk, hy = lamp.direction[1] + e[1] * vk, hz = lamp.direction[2] + e[2] * vk;
    const along = ((tx * hx + ty * hy + tz * hz) * k) / Math.sqrt(hx * hx + hy * hy + hz * hz + 1e-12) + 0.12 * (strand + broad);
    let sharp = Math.max(0, 1 - along * along);
    for (let i = 0; i < 4; i++) sharp *= sharp;
    const lobe = sharp * f.lit[0] * Math.max(0, 0.3 + n[0] * lamp.direction[0] + n[1] * lamp.direction[1] + n[2] * lamp.direction[2]);
    for (let c = 0; c < 3; c++) f.colour[c] += lobe * lamp.colour[c] * (0.05 + 0.5 * t[c]) * t[at.gloss];
  };
}

/** Cloth, hats, frames and whatever else has a plain colour: a weave and folds of noise, and a highlight where it has gloss. */
export function plainShader(context: ShadingContext, wrap = 0.1): Shader {
  const table = noiseTables().uniform;
  const fine = shown(context, 0.2);
  return (f: Fragment) => {
    const t = f.attributes;
    let weave = 1 + 0.15 * (valueNoise(table, t[at.u] * 3, t[at.v] * 6) - 0.5);
    if (fine > 0) weave += 0.18 * fine * (valueNoise(table, t[at.u] * 40, t[at.v] * 90) - 0.5);
    for (let c = 0; c < 3; c++) f.colour[c] = t[c] * weave;
    light(context, f, wrap);
    if (t[at.gloss] > 0) highlight(context, f, 5);
  };
}

/** Bare skin off the face (neck, ears, hands): mottling only. */
export function bareSkinShader(context: ShadingContext): Shader {
  const table = noiseTables().uniform;
  const middle = shown(context, 0.4);
  return (f) => {
    const t = f.attributes;
    const tone = middle === 0 ? 1 : 1 + 0.1 * middle * (valueNoise(table, t[at.u] * 45, t[at.v] * 45) - 0.5);
    for (let c = 0; c < 3; c++) f.colour[c] = t[c] * tone;
    light(context, f, 0.3);
    t[at.gloss] = 0.12;
    highlight(context, f, 4);
  };
}
