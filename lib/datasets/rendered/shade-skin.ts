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
  const shift = 17 + 200 * a('pattern');
  const hair = context.head.hair.map((x, c) => Math.min(0.8 * x, 0.42 * context.head.skin[c]));
  const mottle = mottler(context, shift, a('age'));
  const freckles = a('freckles');
  const freckleStrength = freckles > 0 ? 0.75 * shown(context, 0.35) : 0;
  const moles = moleList(a('moles'), a('pattern'));
  const paintLips = lipPainter(context, shift);
  const paintBrow = browPainter(context, shift, hair);
  const paintBeard = beardPainter(context, shift, hair);
  const table = noiseTables().uniform;
  return (f) => {
    const t = f.attributes;
    mottle(f);
    if (freckleStrength > 0) spots(f, freckleStrength * freckle(table, t[at.u] * 62 + shift, t[at.v] * 62 + 31, freckles));
    for (let k = 0; k < moles.length; k += 3) {
      const du = t[at.u] - moles[k], dv = t[at.v] - moles[k + 1];
      const d = (du * du + dv * dv) / (moles[k + 2] * moles[k + 2]);
      if (d < 4) spots(f, 0.85 * smoothstep(1.6, 0.6, d));
    }
    const lips = t[at.lip] > 0.4 ? smoothstep(0.5, 0.72, t[at.lip]) : 0;
    if (lips > 0) paintLips(f, lips);
    const across = t[at.browAcross];
    if (across <= 1.8 && across >= -1.8) paintBrow(f);
    if (t[at.beard] > 0.02) paintBeard(f, t[at.beard] * (1 - lips));
    light(context, f, 0.25);
    t[at.gloss] *= lips > 0.5 ? 0.5 : 0.2;
    f.lit[0] *= t[at.occlusion];
    highlight(context, f, lips > 0.5 ? 5 : 4);
  };
}

/** Paints the vertices' colour, mottled by noise of three sizes as far as the picture can show them. */
function mottler(context: ShadingContext, shift: number, age: number): Shader {
  const table = noiseTables().uniform;
  const fine = (0.1 + 0.1 * age) * shown(context, 0.12), middle = (0.07 + 0.1 * age) * shown(context, 0.35), coarse = 0.1 * shown(context, 0.9);
  return (f) => {
    const t = f.attributes;
    const u = t[at.u], v = t[at.v];
    let tone = 1;
    if (coarse > 0) tone += coarse * (valueNoise(table, u * 20 + shift, v * 20) - 0.5);
    if (middle > 0) tone += middle * (valueNoise(table, u * 52 + shift, v * 52) - 0.5);
    if (fine > 0) tone += fine * (valueNoise(table, u * 150 + shift, v * 150) - 0.5);
    f.colour[0] = t[0] * tone;
    f.colour[1] = t[1] * tone;
    f.colour[2] = t[2] * tone;
  };
}

/** Paints lips with streaks over the fragment, as strongly as told, and makes them glossier. */
function lipPainter(context: ShadingContext, shift: number): (f: Fragment, strength: number) => void {
  const { identity } = context.parameters;
  const lip = lipColour(identity, context.head.skin);
  const gloss = 0.3 + 0.9 * appearanceOf(identity, 'lip-red');
  const fine = shown(context, 0.12);
  const table = noiseTables().uniform;
  return (f, strength) => {
    const t = f.attributes;
    const streak = fine === 0 ? 1 : 1 + 0.25 * fine * (valueNoise(table, t[at.u] * 160, t[at.v] * 25 + shift) - 0.5);
    for (let c = 0; c < 3; c++) f.colour[c] += (lip[c] * streak - f.colour[c]) * strength;
    t[at.gloss] += strength * gloss;
  };
}

/** Paints the eyebrow where the fragment lies in it. */
function browPainter(context: ShadingContext, shift: number, hair: readonly number[]): Shader {
  const { identity } = context.parameters;
  const brow = browStyle(appearanceOf(identity, 'brow-thickness'), appearanceOf(identity, 'brow-density'), appearanceOf(identity, 'brow-length'));
  const fine = shown(context, 0.12);
  const table = noiseTables().uniform;
  return (f) => {
    const t = f.attributes;
    const across = t[at.browAcross], along = t[at.browAlong];
    const b = brow(across, along, fine === 0 ? 0.5 : valueNoise(table, along * 30 + across * 3, across * 1.5 + shift), fine);
    if (b <= 0) return;
    for (let c = 0; c < 3; c++) f.colour[c] += (hair[c] * 0.7 - f.colour[c]) * b;
    if (b > 0.3 && f.part === part.skin) f.part = f.local[0] < 0 ? part.rightBrow : part.leftBrow;
    t[at.gloss] *= 1 - b;
  };
}

/** Paints beard of the given density. */
function beardPainter(context: ShadingContext, shift: number, hair: readonly number[]): (f: Fragment, density: number) => void {
  const fine = shown(context, 0.12);
  const table = noiseTables().uniform;
  return (f, density) => {
    const t = f.attributes;
    const noise = fine === 0 ? 0.5 : valueNoise(table, t[at.u] * 170 + shift, t[at.v] * 80);
    const amount = Math.min(0.96, density * (0.92 + fine * (noise - 0.5) * 0.9));
    for (let c = 0; c < 3; c++) f.colour[c] += (hair[c] - f.colour[c]) * amount;
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

function browStyle(thickness: number, density: number, length: number): (across: number, along: number, noise: number, fine: number) => number {
  const half = 0.35 + 0.55 * thickness;
  const end = 0.86 + 0.3 * length;
  return (across, along, noise, fine) => {
    if (along < -0.25 || along > end + 0.1) return 0;
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
