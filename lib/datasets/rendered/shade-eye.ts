import { leftEyeCorners, rightEyeCorners, rightLowerLid, rightUpperLid } from './anatomy.ts';
import { irisColour } from './colours.ts';
import { smoothstep } from './fields.ts';
import { mirrorVertex } from './mirror.ts';
import { noiseTables, valueNoise } from './noise.ts';
import { appearanceOf } from './parameters.ts';
import { highlight, light, type ShadingContext } from './shading.ts';
import type { Shader } from './shade-skin.ts';
import { attribute as at } from './workspace.ts';

const radius = 1.25;
const irisRadius = 0.62;

/** The eyeball behind one opening of the lids, in head space. */
export interface Eyeball {
  readonly centre: readonly [number, number, number];
  /** Upper lid's edge as [x, y] pairs with x rising, and the lower lid's. */
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

/** Fits the eyeball behind the lids of the built face; `side` -1 is the subject's right eye (x < 0). */
export function eyeballOf(coarse: Float32Array, neutral: Float32Array, side: -1 | 1): Eyeball {
  const here = (v: number): number => (side < 0 ? v : mirrorVertex[v]);
  const corners = side < 0 ? rightEyeCorners : leftEyeCorners;
  const edge = (list: readonly number[]): number[] => {
    const points = [corners[0], ...list.map(here), corners[1]].map((v) => [coarse[3 * v], coarse[3 * v + 1]]);
    return points.sort((p, q) => p[0] - q[0]).flat();
  };
  const around = [...corners, ...rightUpperLid.map(here), ...rightLowerLid.map(here)];
  const mean = (k: number): number => around.reduce((s, v) => s + neutral[3 * v + k], 0) / around.length;
  return { centre: [mean(0), mean(1) - 0.02, mean(2) + 0.32 - radius], upper: edge(rightUpperLid), lower: edge(rightLowerLid) };
}

function heightAt(line: readonly number[], x: number): number {
  for (let k = 0; k + 3 < line.length; k += 2) {
    if (x <= line[k + 2]) {
      const t = Math.max(0, (x - line[k]) / Math.max(1e-6, line[k + 2] - line[k]));
      return line[k + 1] + t * (line[k + 3] - line[k + 1]);
    }
  }
  return line[line.length - 1];
}

/** Looks from the lens through the lids' opening onto the eyeball: sclera, iris, pupil and the lamp's reflection. */
export function eyeShader(context: ShadingContext, eye: Eyeball): Shader {
  const { identity, gaze } = context.parameters;
  const iris = irisColour(identity);
  const table = noiseTables().uniform;
  const lashes = 0.35 + 0.65 * appearanceOf(identity, 'lashes');
  const [yaw, pitch] = [(gaze.yaw * Math.PI) / 180, (gaze.pitch * Math.PI) / 180];
  const look = [Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)];
  const { lens } = context;
  const m = context.projection.rotation;
  return (f) => {
    const direction = [f.local[0] - lens[0], f.local[1] - lens[1], f.local[2] - lens[2]];
    const length = Math.hypot(direction[0], direction[1], direction[2]);
    for (let k = 0; k < 3; k++) direction[k] /= length;
    const from = [f.local[0] - eye.centre[0], f.local[1] - eye.centre[1], f.local[2] - eye.centre[2]];
    const along = from[0] * direction[0] + from[1] * direction[1] + from[2] * direction[2];
    const rest = from[0] ** 2 + from[1] ** 2 + from[2] ** 2 - radius * radius;
    const step = -along - Math.sqrt(Math.max(0, along * along - rest));
    const hit = [0, 1, 2].map((k) => (from[k] + step * direction[k]) / radius);
    const size = Math.hypot(hit[0], hit[1], hit[2]);
    const d = hit.map((x) => x / size);
    const facing = d[0] * look[0] + d[1] * look[1] + d[2] * look[2];
    const r = facing > 0 ? radius * Math.sqrt(Math.max(0, 1 - facing * facing)) : 2;
    colourEye(f.colour, iris, r, Math.atan2(d[1] - look[1], d[0] - look[0]), table);
    const below = heightAt(eye.upper, f.local[0]) - f.local[1];
    const above = f.local[1] - heightAt(eye.lower, f.local[0]);
    const shade = (0.42 + 0.58 * smoothstep(0, 0.38, below)) * (0.75 + 0.25 * smoothstep(0, 0.15, above));
    for (let k = 0; k < 3; k++) f.normal[k] = m[3 * k] * d[0] + m[3 * k + 1] * d[1] + m[3 * k + 2] * d[2];
    f.attributes[at.occlusion] = shade;
    light(context, f, 0.2);
    const visible = f.lit[0];
    const dark = 1 - lashes * smoothstep(0.16, 0.02, below) * 0.85 - 0.3 * lashes * smoothstep(0.07, 0, above);
    for (let k = 0; k < 3; k++) f.colour[k] *= dark;
    f.attributes[at.gloss] = 2.2 * dark;
    f.lit[0] = 0.3 + 0.7 * visible;
    highlight(context, f, 10);
    f.attributes[at.gloss] = 0.12 * dark;
    f.lit[0] = visible;
    highlight(context, f, 5);
  };
}

function colourEye(out: Float64Array, iris: readonly number[], r: number, angle: number, table: Float32Array): void {
  const white = [0.5, 0.46, 0.44];
  const inside = smoothstep(irisRadius + 0.04, irisRadius - 0.05, r);
  const pupil = smoothstep(0.24, 0.18, r);
  const rim = 1 - 0.65 * smoothstep(irisRadius - 0.16, irisRadius - 0.02, r);
  const rays = 0.75 + 0.5 * valueNoise(table, angle * 6 + 40, r * 5);
  const glow = 1.1 - 0.45 * smoothstep(0.2, 0.55, r);
  const veins = smoothstep(0.75, 1.3, r);
  for (let c = 0; c < 3; c++) {
    const ball = white[c] * (1 - veins * (c === 0 ? 0.12 : 0.3));
    out[c] = (ball + (iris[c] * rim * rays * glow - ball) * inside) * (1 - 0.97 * pupil);
  }
}
