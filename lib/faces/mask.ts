import type { Plane } from './image.ts';
import { groupOf } from './landmarks.ts';
import { centroid } from './similarity.ts';
import type { Point } from './similarity.ts';

export interface MaskOptions {
  /** Width in pixels of the ramp from 0 to 255, centred on the outline. Default 1: an anti-aliased hard edge. */
  readonly softness?: number;
  /** How far the forehead is taken in, in heights of the middle third of the face (brows to nose base). Default 0.8; 0 stops at the brows. */
  readonly forehead?: number;
  /** Pixels by which the outline is moved inwards (negative: outwards). Default 0. */
  readonly inset?: number;
}

/**
 * A face mask (255 inside) from 68 landmarks given in the pixels of a `size` x `size` crop: the convex hull of jaw and brows, raised over the forehead
 * by the rule of thirds (hairline to brows, brows to nose base, nose base to chin are about equal).
 */
export function landmarkMask(landmarks: readonly Point[], size: number, options: MaskOptions = {}): Plane {
  return fillConvex(faceOutline(landmarks, options.forehead), size, options.softness ?? 1, options.inset ?? 0);
}

/**
 * The mask to lay a crop back with (255 inside): softened inwards over a tenth of the crop, and faded towards the crop's border, where a chin may
 * reach out of the crop and would end in a line.
 */
export function blendMask(landmarks: readonly Point[], size: number): Plane {
  const softness = size / 10;
  const mask = landmarkMask(landmarks, size, { softness, inset: softness / 2 });
  const fade = (at: number): number => Math.min(1, (Math.min(at, size - 1 - at) + 0.5) / softness);
  return { ...mask, data: mask.data.map((value, i) => Math.round(value * fade(i % size) * fade(Math.floor(i / size)))) };
}

/** The convex outline of a face from its 68 landmarks, clockwise on a screen. */
export function faceOutline(landmarks: readonly Point[], forehead = 0.8): Point[] {
  const brows = [...groupOf(landmarks, 'leftBrow'), ...groupOf(landmarks, 'rightBrow')];
  const middle = centroid(brows);
  const base = centroid(groupOf(landmarks, 'noseBase'));
  const up: Point = [middle[0] - base[0], middle[1] - base[1]];
  const third = Math.hypot(...up);
  const across: Point = [-up[1] / third, up[0] / third];
  const along = brows.map((p) => (p[0] - middle[0]) * across[0] + (p[1] - middle[1]) * across[1]);
  const reach = Math.max(...along.map(Math.abs)) * 1.1;
  const raised = brows.map((p, i): Point => {
    // A half ellipse: full height over the nose, none at the temples.
    const lift = forehead * Math.sqrt(Math.max(0, 1 - (along[i] / reach) ** 2));
    return [p[0] + up[0] * lift, p[1] + up[1] * lift];
  });
  return convexHull([...groupOf(landmarks, 'jaw'), ...brows, ...raised]);
}

/** The convex hull (monotone chain), clockwise on a screen, without collinear points. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const p of ordered) {
      while (chain.length >= 2 && turn(chain[chain.length - 2], chain[chain.length - 1], p) <= 0) chain.pop();
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(o: Point, p: Point, q: Point): number {
  return (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0]);
}

/** Fills a convex polygon by the distance to its nearest edge line, so that edges are smooth at any softness. */
function fillConvex(polygon: readonly Point[], size: number, softness: number, inset: number): Plane {
  const edges = polygon.map((p, i) => {
    const q = polygon[(i + 1) % polygon.length];
    const length = Math.hypot(q[0] - p[0], q[1] - p[1]);
    return { nx: -(q[1] - p[1]) / length, ny: (q[0] - p[0]) / length, x: p[0], y: p[1] };
  });
  const data = new Uint8Array(size * size);
  const ramp = Math.max(softness, 1e-6);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let depth = Infinity;
      for (const e of edges) depth = Math.min(depth, (x + 0.5 - e.x) * e.nx + (y + 0.5 - e.y) * e.ny);
      data[y * size + x] = Math.round(Math.min(1, Math.max(0, (depth - inset) / ramp + 0.5)) * 255);
    }
  }
  return { width: size, height: size, data };
}
