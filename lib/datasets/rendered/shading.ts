import type { BuiltHead } from './build-head.ts';
import type { Projection } from './camera.ts';
import type { Fragment } from './fragment.ts';
import { lampVisibility, skyLight, type ShadowMap } from './light.ts';
import type { FaceParameters } from './parameters.ts';
import { attribute as at } from './workspace.ts';

/** What the shaders know of the whole picture. */
export interface ShadingContext {
  readonly parameters: FaceParameters;
  readonly head: BuiltHead;
  readonly projection: Projection;
  readonly shadows: ShadowMap;
  /** Pixels per centimetre at the head, to leave out detail that the picture cannot show. */
  readonly detail: number;
  /** The lens in head space. */
  readonly lens: readonly [number, number, number];
  readonly sky: Float64Array;
}

/** How much of a pattern with features of `size` cm the picture can show, in [0, 1]. */
export function shown(context: ShadingContext, size: number): number {
  const pixels = size * context.detail;
  return pixels <= 0.7 ? 0 : pixels >= 2 ? 1 : (pixels - 0.7) / 1.3;
}

/**
 * Diffuse light with a soft terminator (`wrap`), darkened by the fragment's occlusion, times the albedo already in `colour`; leaves the lamp's visibility in `lit`.
 * Numbers travel in the fragment's arrays here and in `highlight`, because a call in every pixel would box them.
 */
export function light(context: ShadingContext, f: Fragment, wrap: number): void {
  const n = f.normal, occlusion = f.attributes[at.occlusion];
  const lamp = context.parameters.light;
  skyLight(lamp, n[0], n[1], n[2], context.sky);
  const facing = n[0] * lamp.direction[0] + n[1] * lamp.direction[1] + n[2] * lamp.direction[2];
  const visible = facing > -wrap ? lampVisibility(context.shadows, f.view[0], f.view[1], f.view[2], n[0], n[1], n[2]) : 0;
  // skin scatters red light further past the terminator than blue
  const reach = visible * (0.4 + 0.6 * occlusion);
  for (let c = 0; c < 3; c++) {
    const bend = wrap * (c === 0 ? 1 : c === 1 ? 0.5 : 0.35);
    const diffuse = facing > -bend ? (facing + bend) / (1 + bend) : 0;
    f.colour[c] *= context.sky[c] * occlusion + lamp.colour[c] * diffuse * reach;
  }
  f.lit[0] = visible;
}

/** Blinn-Phong highlight of the lamp (as far as it is `lit`) and a little of the sky, as strong as the fragment's gloss, added in white; the exponent is 2 to the power of `octaves`. */
export function highlight(context: ShadingContext, f: Fragment, octaves: number): void {
  const v = f.view, n = f.normal, out = f.colour, sky = context.sky;
  const { direction, colour } = context.parameters.light;
  const strength = f.attributes[at.gloss], visible = f.lit[0];
  const k = -1 / Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  const tx = v[0] * k, ty = v[1] * k, tz = v[2] * k;
  let lobe = 0;
  if (visible > 0.02) {
    const hx = direction[0] + tx, hy = direction[1] + ty, hz = direction[2] + tz;
    const along = (n[0] * hx + n[1] * hy + n[2] * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz + 1e-12);
    if (along > 0.5) {
      lobe = along;
      for (let i = 0; i < octaves; i++) lobe *= lobe;
      lobe *= strength * visible;
    }
  }
  const away = 1 - Math.max(0, n[0] * tx + n[1] * ty + n[2] * tz);
  const sheen = 0.05 * strength * (0.3 + 0.7 * away * away * away);
  out[0] += lobe * colour[0] + sheen * sky[0];
  out[1] += lobe * colour[1] + sheen * sky[1];
  out[2] += lobe * colour[2] + sheen * sky[2];
}
