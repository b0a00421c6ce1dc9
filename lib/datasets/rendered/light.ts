import type { Fragments } from './fragments.ts';
import type { Light } from './parameters.ts';
import type { Workspace } from './workspace.ts';
import { material } from './materials.ts';
import { drawDepth } from './occlusion.ts';

/** Irradiance from the spherical harmonics for a unit normal, channel by channel into `out`. */
export function skyLight(light: Light, x: number, y: number, z: number, out: Float64Array): void {
  for (let c = 0; c < 3; c++) out[c] = irradiance(light.harmonics, c, x, y, z);
}

/** One channel of `skyLight`. */
export function irradiance(h: Float32Array, c: number, x: number, y: number, z: number): number {
  const e = h[c] + h[3 + c] * y + h[6 + c] * z + h[9 + c] * x + h[12 + c] * (x * y) + h[15 + c] * (y * z) + h[18 + c] * (3 * z * z - 1) + h[21 + c] * (x * z) + h[24 + c] * (x * x - y * y);
  return e > 0.02 ? e : 0.02;
}

/**
 * The factor by which a camera with half-hearted metering exposes a face of this skin in this light: from the light on a frontal, slightly upturned patch,
 * not from the picture, so that nothing but skin and light changes it.
 */
export function metering(light: Light, skin: readonly [number, number, number]): number {
  const sky = new Float64Array(3);
  skyLight(light, 0, 0.1, 0.995, sky);
  const lamp = Math.max(0.15, 0.1 * light.direction[1] + 0.995 * light.direction[2]);
  const weights = [0.3, 0.6, 0.1];
  const bright = weights.reduce((s, weight, c) => s + weight * skin[c] * (0.85 * sky[c] + 0.8 * lamp * light.colour[c]), 0);
  return Math.min(2.6, Math.max(0.6, (0.3 / bright) ** 0.65));
}

/** The lamp's shadows: an orthographic depth map about the head. */
export interface ShadowMap {
  readonly side: number;
  readonly depth: Float32Array;
  /** Rows of the lamp's frame: right, up, towards the lamp. */
  readonly frame: Float64Array;
  readonly centre: readonly [number, number, number];
  readonly texels: number;
}

const shadowSide = 128;
const reach = 17;

/** Draws the lamp's depth map from the workspace's camera-space points; `coarse` are the head's own unsubdivided triangles. */
export function castShadows(w: Workspace, light: Light, coarse: Int32Array, distance: number): ShadowMap {
  if (w.shadow.side !== shadowSide) w.shadow = { side: shadowSide, depth: new Float32Array(shadowSide * shadowSide) };
  const depth = w.shadow.depth;
  depth.fill(-1e9);
  const frame = lampFrame(light.direction);
  const map: ShadowMap = { side: shadowSide, depth, frame, centre: [0, 0, -distance], texels: shadowSide / (2 * reach) };
  const points = lampPoints(w, map);
  for (let t = 0; t < coarse.length; t += 3) drawDepth(map.depth, map.side, points, coarse[t], coarse[t + 1], coarse[t + 2]);
  for (let t = w.headTriangles; t < w.triangles; t++) {
    const m = w.materials[t];
    if (m === material.cloth || m === material.neck) continue;
    drawDepth(map.depth, map.side, points, w.corners[3 * t], w.corners[3 * t + 1], w.corners[3 * t + 2]);
  }
  return map;
}

function lampFrame([x, y, z]: readonly [number, number, number]): Float64Array {
  const flat = Math.hypot(x, z) || 1e-6;
  const right = [z / flat, 0, -x / flat];
  const up = [y * right[2] - z * right[1], z * right[0] - x * right[2], x * right[1] - y * right[0]];
  return Float64Array.from([...right, ...up, x, y, z]);
}

function lampPoints(w: Workspace, map: ShadowMap): Float32Array {
  const out = w.lampPoints;
  const f = map.frame;
  const half = map.side / 2;
  for (let i = 0; i < w.vertices; i++) {
    const x = w.view[3 * i] - map.centre[0], y = w.view[3 * i + 1] - map.centre[1], z = w.view[3 * i + 2] - map.centre[2];
    out[3 * i] = (f[0] * x + f[1] * y + f[2] * z) * map.texels + half;
    out[3 * i + 1] = (f[3] * x + f[4] * y + f[5] * z) * map.texels + half;
    out[3 * i + 2] = f[6] * x + f[7] * y + f[8] * z;
  }
  return out;
}

/**
 * How much of the lamp reaches each fragment that faces it (by the cosine of more than -`wrap`), in [0, 1], into `lit`: 2 x 2 comparisons blended, with
 * the point moved `offset` cm along its normal.
 */
export function lampVisibility(map: ShadowMap, f: Fragments, wrap: number): void {
  const { frame, centre, depth, side, texels } = map;
  const offset = 0.35;
  const rx = frame[0], ry = frame[1], rz = frame[2], ux = frame[3], uy = frame[4], uz = frame[5], lx = frame[6], ly = frame[7], lz = frame[8];
  const cx = centre[0], cy = centre[1], cz = centre[2];
  for (let i = 0; i < f.count; i++) {
    const nx = f.normalX[i], ny = f.normalY[i], nz = f.normalZ[i];
    if (nx * lx + ny * ly + nz * lz <= -wrap) {
      f.lit[i] = 0;
      continue;
    }
    const dx = f.viewX[i] + nx * offset - cx, dy = f.viewY[i] + ny * offset - cy, dz = f.viewZ[i] + nz * offset - cz;
    const u = (rx * dx + ry * dy + rz * dz) * texels + side / 2 - 0.5;
    const v = (ux * dx + uy * dy + uz * dz) * texels + side / 2 - 0.5;
    const x0 = Math.floor(u), y0 = Math.floor(v);
    if (x0 < 0 || y0 < 0 || x0 >= side - 1 || y0 >= side - 1) {
      f.lit[i] = 1;
      continue;
    }
    const near = lx * dx + ly * dy + lz * dz + 0.12;
    const at = (y0 * side + x0) | 0, fx = u - x0, fy = v - y0;
    // soft comparison over 0.5 cm hides the steps of the coarse map
    const a = lit(near - depth[at]), b = lit(near - depth[at + 1]), c = lit(near - depth[at + side]), e = lit(near - depth[at + side + 1]);
    const top = a + (b - a) * fx;
    f.lit[i] = top + (c + (e - c) * fx - top) * fy;
  }
}

const lit = (excess: number): number => (excess >= 0 ? 1 : excess <= -0.4 ? 0 : 1 + excess / 0.4);
