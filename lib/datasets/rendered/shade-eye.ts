import { leftEyeCorners, rightEyeCorners, rightLowerLid, rightUpperLid } from './anatomy.ts';
import { irisColour } from './colours.ts';
import { smoothstep } from './fields.ts';
import type { Fragments } from './fragments.ts';
import { placeInHead } from './interpolate.ts';
import { mirrorVertex } from './mirror.ts';
import { noiseTables, valueNoise } from './noise.ts';
import { appearanceOf } from './parameters.ts';
import { highlight, light, type ShadingContext } from './shading.ts';
import type { Shader } from './shade-skin.ts';

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
  const lashes = 0.35 + 0.65 * appearanceOf(identity, 'lashes');
  const [yaw, pitch] = [(gaze.yaw * Math.PI) / 180, (gaze.pitch * Math.PI) / 180];
  const look = [Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)];
  return (f) => {
    placeInHead(context.workspace, f);
    const { kept: dark, kept2: visible } = f;
    for (let i = 0; i < f.count; i++) {
      meetEyeball(context, eye, iris, look, f, i);
      const below = heightAt(eye.upper, f.localX[i]) - f.localY[i];
      const above = f.localY[i] - heightAt(eye.lower, f.localX[i]);
      f.occlusion[i] = (0.42 + 0.58 * smoothstep(0, 0.38, below)) * (0.75 + 0.25 * smoothstep(0, 0.15, above));
      dark[i] = 1 - lashes * smoothstep(0.16, 0.02, below) * 0.85 - 0.3 * lashes * smoothstep(0.07, 0, above);
    }
    light(context, f, 0.2);
    for (let i = 0; i < f.count; i++) {
      f.red[i] *= dark[i];
      f.green[i] *= dark[i];
      f.blue[i] *= dark[i];
      visible[i] = f.lit[i];
      f.gloss[i] = 2.2 * dark[i];
      f.lit[i] = 0.3 + 0.7 * visible[i];
    }
    f.octaves.fill(10);
    highlight(context, f);
    for (let i = 0; i < f.count; i++) {
      f.gloss[i] = 0.12 * dark[i];
      f.lit[i] = visible[i];
    }
    f.octaves.fill(5);
    highlight(context, f);
  };
}

/** Where the ray through the i-th point meets the ball: gives the point its colour and normal there. */
function meetEyeball(context: ShadingContext, eye: Eyeball, iris: readonly number[], look: readonly number[], f: Fragments, i: number): void {
  const { lens } = context;
  const m = context.projection.rotation;
  const x = f.localX[i] - lens[0], y = f.localY[i] - lens[1], z = f.localZ[i] - lens[2];
  const length = Math.hypot(x, y, z);
  const dx = x / length, dy = y / length, dz = z / length;
  const fx = f.localX[i] - eye.centre[0], fy = f.localY[i] - eye.centre[1], fz = f.localZ[i] - eye.centre[2];
  const along = fx * dx + fy * dy + fz * dz;
  const rest = fx * fx + fy * fy + fz * fz - radius * radius;
  const step = -along - Math.sqrt(Math.max(0, along * along - rest));
  const hx = (fx + step * dx) / radius, hy = (fy + step * dy) / radius, hz = (fz + step * dz) / radius;
  const size = Math.hypot(hx, hy, hz);
  const nx = hx / size, ny = hy / size, nz = hz / size;
  const facing = nx * look[0] + ny * look[1] + nz * look[2];
  const r = facing > 0 ? radius * Math.sqrt(Math.max(0, 1 - facing * facing)) : 2;
  colourEye(f, i, iris, r, Math.atan2(ny - look[1], nx - look[0]));
  f.normalX[i] = m[0] * nx + m[1] * ny + m[2] * nz;
  f.normalY[i] = m[3] * nx + m[4] * ny + m[5] * nz;
  f.normalZ[i] = m[6] * nx + m[7] * ny + m[8] * nz;
}

function colourEye(f: Fragments, i: number, iris: readonly number[], r: number, angle: number): void {
  const inside = smoothstep(irisRadius + 0.04, irisRadius - 0.05, r);
  const pupil = 1 - 0.97 * smoothstep(0.24, 0.18, r);
  const rim = 1 - 0.65 * smoothstep(irisRadius - 0.16, irisRadius - 0.02, r);
  const rays = 0.75 + 0.5 * valueNoise(noiseTables().uniform, angle * 6 + 40, r * 5);
  const glow = 1.1 - 0.45 * smoothstep(0.2, 0.55, r);
  const veins = smoothstep(0.75, 1.3, r);
  const red = 0.5 * (1 - veins * 0.12), green = 0.46 * (1 - veins * 0.3), blue = 0.44 * (1 - veins * 0.3);
  f.red[i] = (red + (iris[0] * rim * rays * glow - red) * inside) * pupil;
  f.green[i] = (green + (iris[1] * rim * rays * glow - green) * inside) * pupil;
  f.blue[i] = (blue + (iris[2] * rim * rays * glow - blue) * inside) * pupil;
}
