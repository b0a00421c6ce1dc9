import { lipColour } from './colours.ts';
import { smoothstep } from './fields.ts';
import type { Fragment } from './fragment.ts';
import { part } from './materials.ts';
import { noiseTables, valueNoise } from './noise.ts';
import { appearanceOf } from './parameters.ts';
import { highlight, light, shown, type ShadingContext } from './shading.ts';
import { attribute as at } from './workspace.ts';

/** A function that colours a fragment of one material in place (linear RGB); it may also refine the fragment's part. */
export type Shader = (f: Fragment) => void;

/** Skin with mottling, freckles and moles, lips, eyebrows and beard. */
export function skinShader(context: ShadingContext): Shader {
  const { identity } = context.parameters;
  const a = (name: Parameters<typeof appearanceOf>[1]): number => appearanceOf(identity, name);
  const table = noiseTables().uniform;
  const shift = 17 + 200 * a('pattern');
  const lip = lipColour(identity, context.head.skin);
  const hair = context.head.hair.map((x, c) => Math.min(0.8 * x, 0.42 * context.head.skin[c]));
  const [fine, middle, coarse] = [shown(context, 0.12), shown(context, 0.35), shown(context, 0.9)];
  const freckles = a('freckles');
  const moles = moleList(a('moles'), a('pattern'));
  const lipGloss = 0.3 + 0.9 * a('lip-red');
  const brow = browStyle(a('brow-thickness'), a('brow-density'), a('brow-length'));
  const age = a('age');
  return (f) => {
    const t = f.attributes;
    const [u, v] = [t[at.u], t[at.v]];
    let tone = 1 + 0.1 * coarse * (valueNoise(table, u * 20 + shift, v * 20) - 0.5) + (0.07 + 0.1 * age) * middle * (valueNoise(table, u * 52 + shift, v * 52) - 0.5);
    tone += (0.1 + 0.1 * age) * fine * (valueNoise(table, u * 150 + shift, v * 150) - 0.5);
    let gloss = t[at.gloss];
    for (let c = 0; c < 3; c++) f.colour[c] = t[c] * tone;
    if (freckles > 0 && middle > 0) spots(f, 0.75 * middle * freckle(table, u * 62 + shift, v * 62 + 31, freckles));
    for (let k = 0; k < moles.length; k += 3) {
      const d = ((u - moles[k]) ** 2 + (v - moles[k + 1]) ** 2) / moles[k + 2] ** 2;
      if (d < 4) spots(f, 0.85 * smoothstep(1.6, 0.6, d));
    }
    const lips = t[at.lip] > 0.4 ? smoothstep(0.5, 0.72, t[at.lip]) : 0;
    if (lips > 0) {
      const streak = 1 + 0.25 * fine * (valueNoise(table, u * 160, v * 25 + shift) - 0.5);
      for (let c = 0; c < 3; c++) f.colour[c] += (lip[c] * streak - f.colour[c]) * lips;
      gloss += lips * lipGloss;
    }
    const b = brow(t[at.browAcross], t[at.browAlong], valueNoise(table, t[at.browAlong] * 30 + t[at.browAcross] * 3, t[at.browAcross] * 1.5 + shift), fine);
    if (b > 0) {
      for (let c = 0; c < 3; c++) f.colour[c] += (hair[c] * 0.7 - f.colour[c]) * b;
      if (b > 0.3 && f.part === part.skin) f.part = f.local[0] < 0 ? part.rightBrow : part.leftBrow;
      gloss *= 1 - b;
    }
    if (t[at.beard] > 0.02) beard(f, t[at.beard] * (1 - lips), valueNoise(table, u * 170 + shift, v * 80), fine, hair);
    const visible = light(context, f, t[at.occlusion], 0.25);
    highlight(context, f, lips > 0.5 ? 5 : 4, (lips > 0.5 ? 0.5 : 0.2) * gloss, visible * t[at.occlusion]);
  };
}

/** One round freckle at most in each unit square, somewhere in it, of some size. */
function freckle(table: Float32Array, x: number, y: number, amount: number): number {
  const [cx, cy] = [Math.floor(x), Math.floor(y)];
  const at = ((cy & 255) << 8) | (cx & 255);
  const [a, b, c] = [table[at], table[(at + 7919) & 65535], table[(at + 104729) & 65535]];
  if (c > 0.15 + 0.6 * amount) return 0;
  const radius = 0.12 + 0.2 * a;
  const d = Math.hypot(x - cx - 0.35 - 0.3 * a, y - cy - 0.35 - 0.3 * b);
  return (0.4 + 0.6 * b) * smoothstep(radius, 0.4 * radius, d);
}

function spots(f: Fragment, amount: number): void {
  f.colour[0] *= 1 - 0.45 * amount;
  f.colour[1] *= 1 - 0.68 * amount;
  f.colour[2] *= 1 - 0.75 * amount;
}

function beard(f: Fragment, density: number, noise: number, fine: number, hair: readonly number[]): void {
  const amount = Math.min(0.96, density * (0.92 + fine * (noise - 0.5) * 0.9));
  for (let c = 0; c < 3; c++) f.colour[c] += (hair[c] - f.colour[c]) * amount;
}

function browStyle(thickness: number, density: number, length: number): (across: number, along: number, noise: number, fine: number) => number {
  const half = 0.35 + 0.55 * thickness;
  const end = 0.86 + 0.3 * length;
  return (across, along, noise, fine) => {
    if (across > 1.8 || across < -1.8 || along < -0.25 || along > end + 0.1) return 0;
    const width = half * (along < 0.55 ? 1 : Math.max(0.05, 1 - (along - 0.55) / (end - 0.5)));
    const edge = smoothstep(width + 0.28, width - 0.12, Math.abs(across + 0.3));
    const ends = smoothstep(-0.08, 0.12, along) * smoothstep(end + 0.05, end - 0.15, along);
    return Math.min(0.95, edge * ends * density * (1.05 + fine * (noise - 0.5) * 0.9));
  };
}

/** Up to four moles as (u, v, radius) in the texture's coordinates, spread by fixed irrational steps from the pattern number. */
function moleList(amount: number, pattern: number): number[] {
  const out: number[] = [];
  for (let k = 0; k < Math.floor(amount * 4.99); k++) {
    const [x, y] = [(pattern * 7.13 + 0.618 * (k + 1)) % 1, (pattern * 3.77 + 0.755 * (k + 1)) % 1];
    out.push(0.22 + 0.56 * x, 0.3 + 0.55 * y, 0.006 + 0.008 * ((pattern * 11 + k * 0.37) % 1));
  }
  return out;
}
