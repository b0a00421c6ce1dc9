import { lipColour } from './colours.ts';
import { smoothstep } from './fields.ts';
import type { Fragments } from './fragments.ts';
import { readFace, readPaint } from './interpolate.ts';
import { part } from './materials.ts';
import { noiseTables, valueNoise } from './noise.ts';
import { appearanceOf } from './parameters.ts';
import { highlight, light, shown, type ShadingContext } from './shading.ts';

/** A function that colours the fragments of one material in place (linear RGB); it may also refine their parts and normals. */
export type Shader = (f: Fragments) => void;

/** Skin with mottling, freckles and moles, lips, eyebrows and beard. */
export function skinShader(context: ShadingContext): Shader {
  const { identity } = context.parameters;
  const a = (name: Parameters<typeof appearanceOf>[1]): number => appearanceOf(identity, name);
  const shift = 17 + 200 * a('pattern');
  const hair = context.head.hair.map((x, c) => Math.min(0.8 * x, 0.42 * context.head.skin[c]));
  const mottle = mottler(context, shift, a('age'));
  const paintFreckles = frecklePainter(context, shift, a('freckles'));
  const paintMoles = molePainter(moleList(a('moles'), a('pattern')));
  const paintLips = lipPainter(context, shift);
  const paintBrows = browPainter(context, shift, hair);
  const paintBeard = beardPainter(context, shift, hair);
  return (f) => {
    readPaint(context.workspace, f);
    readFace(context.workspace, f);
    mottle(f);
    paintFreckles(f);
    paintMoles(f);
    paintLips(f);
    paintBrows(f);
    paintBeard(f);
    light(context, f, 0.25);
    for (let i = 0; i < f.count; i++) {
      const wet = f.kept[i] > 0.5;
      f.gloss[i] *= wet ? 0.5 : 0.2;
      f.lit[i] *= f.occlusion[i];
      f.octaves[i] = wet ? 5 : 4;
    }
    highlight(context, f);
  };
}

/** Paints the vertices' colour, mottled by noise of three sizes as far as the picture can show them. */
function mottler(context: ShadingContext, shift: number, age: number): Shader {
  const table = noiseTables().uniform;
  const fine = (0.1 + 0.1 * age) * shown(context, 0.12), middle = (0.07 + 0.1 * age) * shown(context, 0.35), coarse = 0.1 * shown(context, 0.9);
  return (f) => {
    for (let i = 0; i < f.count; i++) {
      const u = f.u[i], v = f.v[i];
      let tone = 1;
      if (coarse > 0) tone += coarse * (valueNoise(table, u * 20 + shift, v * 20) - 0.5);
      if (middle > 0) tone += middle * (valueNoise(table, u * 52 + shift, v * 52) - 0.5);
      if (fine > 0) tone += fine * (valueNoise(table, u * 150 + shift, v * 150) - 0.5);
      f.red[i] = f.paintR[i] * tone;
      f.green[i] = f.paintG[i] * tone;
      f.blue[i] = f.paintB[i] * tone;
    }
  };
}

/** Paints freckles where the picture can show them. */
function frecklePainter(context: ShadingContext, shift: number, freckles: number): Shader {
  const strength = freckles > 0 ? 0.75 * shown(context, 0.35) : 0;
  const table = noiseTables().uniform;
  return (f) => {
    if (strength === 0) return;
    for (let i = 0; i < f.count; i++) {
      const amount = freckle(table, f.u[i] * 62 + shift, f.v[i] * 62 + 31, freckles);
      if (amount > 0) darken(f, i, strength * amount);
    }
  };
}

/** Paints moles, listed as (u, v, radius). */
function molePainter(moles: readonly number[]): Shader {
  return (f) => {
    for (let k = 0; k < moles.length; k += 3) {
      const u = moles[k], v = moles[k + 1], square = moles[k + 2] * moles[k + 2];
      for (let i = 0; i < f.count; i++) {
        const du = f.u[i] - u, dv = f.v[i] - v;
        const d = (du * du + dv * dv) / square;
        if (d < 4) darken(f, i, 0.85 * smoothstep(1.6, 0.6, d));
      }
    }
  };
}

/** Paints lips with streaks, makes them glossier, and keeps in `kept` how much each point is lip. */
function lipPainter(context: ShadingContext, shift: number): Shader {
  const { identity } = context.parameters;
  const lip = lipColour(identity, context.head.skin);
  const gloss = 0.3 + 0.9 * appearanceOf(identity, 'lip-red');
  const fine = shown(context, 0.12);
  const table = noiseTables().uniform;
  return (f) => {
    for (let i = 0; i < f.count; i++) {
      const strength = f.lip[i] > 0.4 ? smoothstep(0.5, 0.72, f.lip[i]) : 0;
      f.kept[i] = strength;
      if (strength === 0) continue;
      const streak = fine === 0 ? 1 : 1 + 0.25 * fine * (valueNoise(table, f.u[i] * 160, f.v[i] * 25 + shift) - 0.5);
      f.red[i] += (lip[0] * streak - f.red[i]) * strength;
      f.green[i] += (lip[1] * streak - f.green[i]) * strength;
      f.blue[i] += (lip[2] * streak - f.blue[i]) * strength;
      f.gloss[i] += strength * gloss;
    }
  };
}

/** Paints the eyebrows over the points that lie in them. */
function browPainter(context: ShadingContext, shift: number, hair: readonly number[]): Shader {
  const { identity } = context.parameters;
  const brow = browStyle(appearanceOf(identity, 'brow-thickness'), appearanceOf(identity, 'brow-density'), appearanceOf(identity, 'brow-length'));
  const fine = shown(context, 0.12);
  const table = noiseTables().uniform;
  const paintAt = (f: Fragments, i: number): void => {
    const across = f.browAcross[i], along = f.browAlong[i];
    const b = brow(across, along, fine === 0 ? 0.5 : valueNoise(table, along * 30 + across * 3, across * 1.5 + shift), fine);
    if (b <= 0) return;
    f.red[i] += (hair[0] * 0.7 - f.red[i]) * b;
    f.green[i] += (hair[1] * 0.7 - f.green[i]) * b;
    f.blue[i] += (hair[2] * 0.7 - f.blue[i]) * b;
    if (b > 0.3 && f.part[i] === part.skin) f.part[i] = f.localX[i] < 0 ? part.rightBrow : part.leftBrow;
    f.gloss[i] *= 1 - b;
  };
  return (f) => {
    for (let i = 0; i < f.count; i++) if (f.browAcross[i] <= 1.8 && f.browAcross[i] >= -1.8) paintAt(f, i);
  };
}

/** Paints beard, but not over lips. */
function beardPainter(context: ShadingContext, shift: number, hair: readonly number[]): Shader {
  const fine = shown(context, 0.12);
  const table = noiseTables().uniform;
  return (f) => {
    for (let i = 0; i < f.count; i++) {
      if (f.beard[i] <= 0.02) continue;
      const density = f.beard[i] * (1 - f.kept[i]);
      const noise = fine === 0 ? 0.5 : valueNoise(table, f.u[i] * 170 + shift, f.v[i] * 80);
      const amount = Math.min(0.96, density * (0.92 + fine * (noise - 0.5) * 0.9));
      f.red[i] += (hair[0] - f.red[i]) * amount;
      f.green[i] += (hair[1] - f.green[i]) * amount;
      f.blue[i] += (hair[2] - f.blue[i]) * amount;
    }
  };
}

/** One round freckle at most in each unit square, somewhere in it, of some size. */
function freckle(table: Float32Array, x: number, y: number, amount: number): number {
  const cx = Math.floor(x), cy = Math.floor(y);
  const at = ((cy & 255) << 8) | (cx & 255);
  const a = table[at], b = table[(at + 7919) & 65535], c = table[(at + 104729) & 65535];
  if (c > 0.15 + 0.6 * amount) return 0;
  const radius = 0.12 + 0.2 * a;
  const dx = x - cx - 0.35 - 0.3 * a, dy = y - cy - 0.35 - 0.3 * b;
  // most points are well outside, and a hypotenuse is dear
  if (dx > radius || dx < -radius || dy > radius || dy < -radius) return 0;
  const d = Math.hypot(dx, dy);
  return (0.4 + 0.6 * b) * smoothstep(radius, 0.4 * radius, d);
}

function darken(f: Fragments, i: number, amount: number): void {
  f.red[i] *= 1 - 0.45 * amount;
  f.green[i] *= 1 - 0.68 * amount;
  f.blue[i] *= 1 - 0.75 * amount;
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
