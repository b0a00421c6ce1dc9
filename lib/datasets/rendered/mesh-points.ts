import { faceTriangles } from './mesh-topology.ts';
import { meanPoint, type Vec3 } from './fields.ts';

/** A point on the face as a mean of vertices: [vertex, weight] with weights that add to 1. */
export type MeshPoint = readonly (readonly [number, number])[];

/** The point of the mean face's surface nearest to `p`, among triangles that `allowed` admits. */
export function nearestOnMesh(p: Vec3, allowed: (corners: readonly number[]) => boolean = () => true): MeshPoint {
  let best: MeshPoint = [];
  let bestDistance = Infinity;
  for (let t = 0; t < faceTriangles.length; t += 3) {
    const corners = [faceTriangles[t], faceTriangles[t + 1], faceTriangles[t + 2]];
    if (!allowed(corners)) continue;
    const weights = nearestOnTriangle(p, corners.map(meanPoint));
    const distance = [0, 1, 2].reduce((s, k) => s + (weights.reduce((q, w, c) => q + w * meanPoint(corners[c])[k], 0) - p[k]) ** 2, 0);
    if (distance < bestDistance) [best, bestDistance] = [corners.map((v, c) => [v, weights[c]] as const), distance];
  }
  return best.filter(([, weight]) => weight > 1e-3);
}

/** Barycentric weights of the point of a triangle nearest to p: the projection, or else the nearest point of its edges. */
function nearestOnTriangle(p: Vec3, [a, b, c]: readonly Vec3[]): number[] {
  const inside = project(p, a, b, c);
  if (inside.every((w) => w >= 0)) return inside;
  const along = (q: Vec3, r: Vec3): number => {
    const d = [r[0] - q[0], r[1] - q[1], r[2] - q[2]];
    return Math.min(1, Math.max(0, ((p[0] - q[0]) * d[0] + (p[1] - q[1]) * d[1] + (p[2] - q[2]) * d[2]) / (d[0] ** 2 + d[1] ** 2 + d[2] ** 2)));
  };
  const [ab, bc, ca] = [along(a, b), along(b, c), along(c, a)];
  const options = [[1 - ab, ab, 0], [0, 1 - bc, bc], [ca, 0, 1 - ca]];
  const distance = (w: readonly number[]): number => [0, 1, 2].reduce((s, k) => s + (w[0] * a[k] + w[1] * b[k] + w[2] * c[k] - p[k]) ** 2, 0);
  return options.reduce((x, y) => (distance(y) < distance(x) ? y : x));
}

function project(p: Vec3, a: Vec3, b: Vec3, c: Vec3): number[] {
  const u = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const v = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
  const q = [p[0] - a[0], p[1] - a[1], p[2] - a[2]];
  const dot = (x: readonly number[], y: readonly number[]): number => x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
  const [uu, uv, vv, uq, vq] = [dot(u, u), dot(u, v), dot(v, v), dot(u, q), dot(v, q)];
  const k = 1 / (uu * vv - uv * uv);
  const [s, t] = [(vv * uq - uv * vq) * k, (uu * vq - uv * uq) * k];
  return [1 - s - t, s, t];
}
