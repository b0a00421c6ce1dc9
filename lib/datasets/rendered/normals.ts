import type { Workspace } from './workspace.ts';

/** Area-weighted vertex normals of what is in the workspace, in camera space, of unit length; of the vertices and triangles from the given ones on, which share none with those before. */
export function computeNormals(w: Workspace, vertex = 0, triangle = 0): void {
  addNormals(w.view, w.corners, vertex, w.vertices, triangle, w.triangles, w.normal);
}

/** Area-weighted vertex normals of a mesh, of unit length, [n][3]. */
export function meshNormals(points: Float32Array, triangles: Int32Array): Float32Array {
  const out = new Float32Array(points.length);
  addNormals(points, triangles, 0, points.length / 3, 0, triangles.length / 3, out);
  return out;
}

function addNormals(view: Float32Array, corners: Int32Array, vertex: number, vertices: number, triangle: number, triangles: number, normal: Float32Array): void {
  normal.fill(0, vertex * 3, vertices * 3);
  for (let t = triangle; t < triangles; t++) {
    const a = 3 * corners[3 * t], b = 3 * corners[3 * t + 1], c = 3 * corners[3 * t + 2];
    const ux = view[b] - view[a], uy = view[b + 1] - view[a + 1], uz = view[b + 2] - view[a + 2];
    const vx = view[c] - view[a], vy = view[c + 1] - view[a + 1], vz = view[c + 2] - view[a + 2];
    const nx = uy * vz - uz * vy, ny = uz * vx - ux * vz, nz = ux * vy - uy * vx;
    normal[a] += nx; normal[a + 1] += ny; normal[a + 2] += nz;
    normal[b] += nx; normal[b + 1] += ny; normal[b + 2] += nz;
    normal[c] += nx; normal[c + 1] += ny; normal[c + 2] += nz;
  }
  for (let i = vertex * 3; i < vertices * 3; i += 3) {
    const length = Math.sqrt(normal[i] * normal[i] + normal[i + 1] * normal[i + 1] + normal[i + 2] * normal[i + 2]) || 1;
    normal[i] /= length;
    normal[i + 1] /= length;
    normal[i + 2] /= length;
  }
}
