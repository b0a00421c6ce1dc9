import type { Plane } from './image.ts';
import type { Point3 } from './mean-landmarks.ts';

/** The nearest and farthest depth that a depth map can tell, in inter-ocular distances towards the viewer from the middle between the eyes. */
export const depthRange = { near: 0.8, far: -1.2 } as const;

export interface DepthOptions {
  /** The depth that is the zero of `depthRange`, in pixels. */
  readonly origin: number;
  /** Pixels per inter-ocular distance. */
  readonly unit: number;
}

/**
 * The depth map of a triangle mesh seen along z (towards the viewer), in a `size` x `size` crop whose pixels the points are given in: 0 where there is no surface, else 1 (at
 * `depthRange.far`) to 255 (at `depthRange.near`) of the nearest surface at the pixel's centre.
 */
export function rasteriseDepth(points: readonly Point3[], triangles: readonly number[], size: number, options: DepthOptions): Plane {
  const nearest = new Float32Array(size * size).fill(-Infinity);
  for (let i = 0; i < triangles.length; i += 3) {
    drawTriangle(points[triangles[i]], points[triangles[i + 1]], points[triangles[i + 2]], size, nearest);
  }
  const { near, far } = depthRange;
  const data = new Uint8Array(size * size);
  nearest.forEach((z, i) => {
    if (z === -Infinity) return;
    const depth = (z - options.origin) / options.unit;
    data[i] = Math.round(1 + 254 * Math.min(1, Math.max(0, (depth - far) / (near - far))));
  });
  return { width: size, height: size, data };
}

function drawTriangle(p: Point3, q: Point3, r: Point3, size: number, nearest: Float32Array): void {
  const area = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  if (area === 0) return;
  const y1 = Math.min(size - 1, Math.floor(Math.max(p[1], q[1], r[1])));
  const x1 = Math.min(size - 1, Math.floor(Math.max(p[0], q[0], r[0])));
  for (let y = Math.max(0, Math.floor(Math.min(p[1], q[1], r[1]))); y <= y1; y++) {
    for (let x = Math.max(0, Math.floor(Math.min(p[0], q[0], r[0]))); x <= x1; x++) {
      const u = ((x + 0.5 - p[0]) * (r[1] - p[1]) - (y + 0.5 - p[1]) * (r[0] - p[0])) / area;
      const v = ((q[0] - p[0]) * (y + 0.5 - p[1]) - (q[1] - p[1]) * (x + 0.5 - p[0])) / area;
      if (u < 0 || v < 0 || u + v > 1) continue;
      const z = p[2] + u * (q[2] - p[2]) + v * (r[2] - p[2]);
      const at = y * size + x;
      if (z > nearest[at]) nearest[at] = z;
    }
  }
}
