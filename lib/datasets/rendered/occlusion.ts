/** Depth map side and half width in cm for the sky's visibility. */
const side = 96;
const reach = 16;
const directions = 72;

/**
 * How much of the sky each point of a closed mesh sees, cosine-weighted, in [0, 1]: the share of directions (a spherical Fibonacci set) in which
 * nothing of the mesh lies before it. `points` [n][3] in cm.
 */
export function skyVisibility(points: Float32Array, normals: Float32Array, triangles: Int32Array): Float32Array {
  const count = points.length / 3;
  const seen = new Float32Array(count);
  const total = new Float32Array(count);
  for (let k = 0; k < directions; k++) {
    const z = 1 - (2 * k + 1) / directions;
    const angle = Math.PI * (1 + Math.sqrt(5)) * k;
    const flat = Math.sqrt(1 - z * z);
    lookFrom([Math.cos(angle) * flat, Math.sin(angle) * flat, z], points, normals, triangles, seen, total);
  }
  return seen.map((value, i) => (total[i] > 0 ? value / total[i] : 1));
}

function lookFrom(d: readonly [number, number, number], points: Float32Array, normals: Float32Array, triangles: Int32Array, seen: Float32Array, total: Float32Array): void {
  const count = points.length / 3;
  const flat = Math.hypot(d[0], d[2]) || 1e-6;
  const right = [d[2] / flat, 0, -d[0] / flat];
  const up = [d[1] * right[2], d[2] * right[0] - d[0] * right[2], -d[1] * right[0]];
  const p = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [points[3 * i], points[3 * i + 1] - 0.5, points[3 * i + 2] + 6];
    p[3 * i] = ((right[0] * x + right[2] * z) / reach + 1) * (side / 2);
    p[3 * i + 1] = ((up[0] * x + up[1] * y + up[2] * z) / reach + 1) * (side / 2);
    p[3 * i + 2] = d[0] * x + d[1] * y + d[2] * z;
  }
  const depth = new Float32Array(side * side).fill(-1e9);
  for (let t = 0; t < triangles.length; t += 3) drawDepth(depth, side, p, triangles[t], triangles[t + 1], triangles[t + 2]);
  for (let i = 0; i < count; i++) {
    const facing = normals[3 * i] * d[0] + normals[3 * i + 1] * d[1] + normals[3 * i + 2] * d[2];
    if (facing <= 0) continue;
    total[i] += facing;
    const [x, y] = [Math.floor(p[3 * i]), Math.floor(p[3 * i + 1])];
    const clear = x < 0 || y < 0 || x >= side || y >= side || p[3 * i + 2] + 0.25 > depth[y * side + x];
    if (clear) seen[i] += facing;
  }
}

/** Draws a triangle of [x, y, depth] points (map units, greater is nearer) into a depth map. */
export function drawDepth(depth: Float32Array, width: number, p: Float32Array, a: number, b: number, c: number): void {
  const ax = p[3 * a], ay = p[3 * a + 1], bx = p[3 * b], by = p[3 * b + 1], cx = p[3 * c], cy = p[3 * c + 1];
  const left = ax < bx ? (ax < cx ? ax : cx) : bx < cx ? bx : cx, right = ax > bx ? (ax > cx ? ax : cx) : bx > cx ? bx : cx;
  const top = ay < by ? (ay < cy ? ay : cy) : by < cy ? by : cy, bottom = ay > by ? (ay > cy ? ay : cy) : by > cy ? by : cy;
  if (right < 0.5 || bottom < 0.5 || left > width - 0.5 || top > width - 0.5) return;
  const x0 = left > 0.5 ? Math.ceil(left - 0.5) | 0 : 0, x1 = right < width - 0.5 ? Math.floor(right - 0.5) | 0 : width - 1;
  const y0 = top > 0.5 ? Math.ceil(top - 0.5) | 0 : 0, y1 = bottom < width - 0.5 ? Math.floor(bottom - 0.5) | 0 : width - 1;
  if (x0 > x1 || y0 > y1) return;
  const ux = bx - ax, uy = by - ay, vx = cx - ax, vy = cy - ay;
  const area = ux * vy - vx * uy;
  if (area < 1e-5 && area > -1e-5) return;
  const k = 1 / area;
  const za = p[3 * a + 2], zb = p[3 * b + 2] - za, zc = p[3 * c + 2] - za;
  for (let y = y0; y <= y1; y++) {
    const py = y + 0.5 - ay, rowB = py * vx, rowC = py * ux;
    for (let x = x0, at = (y * width + x0) | 0; x <= x1; x++, at++) {
      const px = x + 0.5 - ax;
      const wb = (px * vy - rowB) * k, wc = (rowC - px * uy) * k;
      if (wb < 0 || wc < 0 || wb + wc > 1) continue;
      const z = za + zb * wb + zc * wc;
      if (z > depth[at]) depth[at] = z;
    }
  }
}
