import type { BuiltHead } from './build-head.ts';
import type { Projection } from './camera.ts';
import type { Fragments } from './fragments.ts';
import { irradiance, lampVisibility, type ShadowMap } from './light.ts';
import type { FaceParameters } from './parameters.ts';
import type { Workspace } from './workspace.ts';

/** What the shaders know of the whole picture. */
export interface ShadingContext {
  readonly workspace: Workspace;
  readonly parameters: FaceParameters;
  readonly head: BuiltHead;
  readonly projection: Projection;
  readonly shadows: ShadowMap;
  /** Pixels per centimetre at the head, to leave out detail that the picture cannot show. */
  readonly detail: number;
  /** The lens in head space. */
  readonly lens: readonly [number, number, number];
}

/** How much of a pattern with features of `size` cm the picture can show, in [0, 1]. */
export function shown(context: ShadingContext, size: number): number {
  const pixels = size * context.detail;
  return pixels <= 0.7 ? 0 : pixels >= 2 ? 1 : (pixels - 0.7) / 1.3;
}

/** Diffuse light with a soft terminator (`wrap`), darkened by occlusion, times the albedo already in the result; leaves the lamp's visibility and the sky's light. */
export function light(context: ShadingContext, f: Fragments, wrap: number): void {
  lampVisibility(context.shadows, f, wrap);
  const { harmonics, direction, colour } = context.parameters.light;
  const dx = direction[0], dy = direction[1], dz = direction[2];
  const lampR = colour[0], lampG = colour[1], lampB = colour[2];
  // skin scatters red light further past the terminator than blue
  const bendR = wrap, bendG = wrap * 0.5, bendB = wrap * 0.35;
  for (let i = 0; i < f.count; i++) {
    const x = f.normalX[i], y = f.normalY[i], z = f.normalZ[i], occlusion = f.occlusion[i];
    const skyR = irradiance(harmonics, 0, x, y, z), skyG = irradiance(harmonics, 1, x, y, z), skyB = irradiance(harmonics, 2, x, y, z);
    const facing = x * dx + y * dy + z * dz;
    const reach = f.lit[i] * (0.4 + 0.6 * occlusion);
    f.red[i] *= skyR * occlusion + lampR * (facing > -bendR ? (facing + bendR) / (1 + bendR) : 0) * reach;
    f.green[i] *= skyG * occlusion + lampG * (facing > -bendG ? (facing + bendG) / (1 + bendG) : 0) * reach;
    f.blue[i] *= skyB * occlusion + lampB * (facing > -bendB ? (facing + bendB) / (1 + bendB) : 0) * reach;
    f.skyR[i] = skyR;
    f.skyG[i] = skyG;
    f.skyB[i] = skyB;
  }
}

/** Blinn-Phong highlight of the lamp (as far as it is `lit`) and a little of the sky, as strong as the gloss, added in white; the exponent is 2 to the power of `octaves`. */
export function highlight(context: ShadingContext, f: Fragments): void {
  const { direction, colour } = context.parameters.light;
  const dx = direction[0], dy = direction[1], dz = direction[2];
  const lampR = colour[0], lampG = colour[1], lampB = colour[2];
  for (let i = 0; i < f.count; i++) {
    const strength = f.gloss[i], visible = f.lit[i];
    const nx = f.normalX[i], ny = f.normalY[i], nz = f.normalZ[i];
    const vx = f.viewX[i], vy = f.viewY[i], vz = f.viewZ[i];
    const k = -1 / Math.sqrt(vx * vx + vy * vy + vz * vz);
    const tx = vx * k, ty = vy * k, tz = vz * k;
    let lobe = 0;
    if (visible > 0.02) {
      const hx = dx + tx, hy = dy + ty, hz = dz + tz;
      const along = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz + 1e-12);
      if (along > 0.5) {
        lobe = along;
        for (let o = f.octaves[i]; o > 0; o--) lobe *= lobe;
        lobe *= strength * visible;
      }
    }
    const facing = nx * tx + ny * ty + nz * tz;
    const away = 1 - (facing > 0 ? facing : 0);
    const sheen = 0.05 * strength * (0.3 + 0.7 * away * away * away);
    f.red[i] += lobe * lampR + sheen * f.skyR[i];
    f.green[i] += lobe * lampG + sheen * f.skyG[i];
    f.blue[i] += lobe * lampB + sheen * f.skyB[i];
  }
}
