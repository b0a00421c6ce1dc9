import { faceTexture } from './mesh-topology.ts';
import type { MeshPoint } from './mesh-points.ts';
import type { Workspace } from './workspace.ts';

/** What one jaw landmark may be: points of the mesh on a path from the boundary towards the nose, and which way is outwards (head space, y up). */
export interface ContourPath {
  readonly start: MeshPoint;
  readonly inner: readonly number[];
  readonly outward: readonly [number, number];
}

/** The paths of landmarks 0..16, which start at `starts` (0..8, the subject's right half and the chin). */
export function contourPaths(starts: readonly MeshPoint[], points: Float32Array, mirror: readonly number[]): ContourPath[] {
  const right = starts.map((start): ContourPath => {
    const mean = (values: ArrayLike<number>, stride: number, k: number): number => start.reduce((s, [v, weight]) => s + weight * values[stride * v + k], 0);
    const [u, v] = [mean(faceTexture as number[], 2, 0), mean(faceTexture as number[], 2, 1)];
    const inner: number[] = [];
    for (let t = 0.04; t < 0.5; t += 0.02) {
      const found = nearestTexture(u + t * (0.5 - u), v + t * (0.62 - v));
      if (!inner.includes(found) && !start.some(([s]) => s === found)) inner.push(found);
    }
    const [x, y] = [mean(points, 3, 0), mean(points, 3, 1) + 2];
    const length = Math.hypot(x, y);
    return { start, inner, outward: [x / length, y / length] };
  });
  const left = right.slice(0, 8).reverse().map((p): ContourPath => ({
    start: p.start.map(([v, weight]) => [mirror[v], weight]), inner: p.inner.map((v) => mirror[v]), outward: [-p.outward[0], p.outward[1]],
  }));
  return [...right, ...left];
}

function nearestTexture(u: number, v: number): number {
  let best = 0;
  let bestDistance = Infinity;
  for (let i = 0; i < faceTexture.length / 2; i++) {
    const d = (faceTexture[2 * i] - u) ** 2 + (faceTexture[2 * i + 1] - v) ** 2;
    if (d < bestDistance) [best, bestDistance] = [i, d];
  }
  return best;
}

/**
 * The jaw's landmarks as annotators of 68-point sets place them: on the face's visible outline. On the side turned away the outline slides inwards over
 * the cheek: its points are the outermost of their paths, and the landmarks divide each half from eye level to chin evenly. Writes [17][2] pixels into `out`.
 * `rotation` is the head's (row by row).
 */
export function placeContour(w: Workspace, paths: readonly ContourPath[], rotation: readonly number[], scale: number, out: Float32Array): void {
  paths.forEach((path, k) => {
    const [ox, oy] = path.outward;
    const dx = rotation[0] * ox + rotation[1] * oy;
    const dy = -(rotation[3] * ox + rotation[4] * oy);
    let x = 0;
    let y = 0;
    for (const [v, weight] of path.start) {
      x += weight * w.screenX[v];
      y += weight * w.screenY[v];
    }
    if (k !== 8) {
      for (const v of path.inner) if ((w.screenX[v] - x) * dx + (w.screenY[v] - y) * dy > 0) [x, y] = [w.screenX[v], w.screenY[v]];
    }
    out[2 * k] = x / scale;
    out[2 * k + 1] = y / scale;
  });
  divideEvenly(out, 0);
  divideEvenly(out, 8);
}

/** Moves the seven points between points `first` and `first + 8` along their polyline until all pieces have one length. */
function divideEvenly(points: Float32Array, first: number): void {
  const line = Float64Array.from(points.subarray(2 * first, 2 * first + 18));
  const reached = new Float64Array(9);
  for (let k = 1; k < 9; k++) reached[k] = reached[k - 1] + Math.hypot(line[2 * k] - line[2 * k - 2], line[2 * k + 1] - line[2 * k - 1]);
  let piece = 1;
  for (let k = 1; k < 8; k++) {
    const at = (reached[8] * k) / 8;
    while (piece < 8 && reached[piece] < at) piece += 1;
    const t = (at - reached[piece - 1]) / (reached[piece] - reached[piece - 1] || 1);
    for (let axis = 0; axis < 2; axis++) points[2 * (first + k) + axis] = (1 - t) * line[2 * piece - 2 + axis] + t * line[2 * piece + axis];
  }
}
