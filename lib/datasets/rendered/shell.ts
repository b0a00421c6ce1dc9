import { headModel } from './head-model.ts';
import { material } from './materials.ts';
import { addTriangle, addVertex, attribute, attributeStride, paint, type Workspace } from './workspace.ts';

/** A covering that follows the head: hats and masks. All functions take a point of the mean head (cm). */
export interface Shell {
  readonly material: number;
  readonly part: number;
  readonly colour: readonly [number, number, number];
  /** Distance inside the covering's edge, in cm; negative outside. */
  readonly edge: (x: number, y: number, z: number) => number;
  /** Distance from the skin in cm, for a point `edge` cm inside. */
  readonly thickness: (edge: number, x: number, y: number, z: number) => number;
  /** Moves the finished point, given as [x, y, z] of the head as built, in place. */
  readonly adjust?: (point: [number, number, number]) => void;
}

/** Adds the covering over the head's own triangles (eyes and mouth included). */
export function addShell(w: Workspace, normals: Float32Array, shell: Shell): void {
  const { mean } = headModel();
  const edges = new Float32Array(w.headVertices);
  for (let i = 0; i < w.headVertices; i++) edges[i] = shell.edge(mean[3 * i], mean[3 * i + 1], mean[3 * i + 2]);
  const added = new Int32Array(w.headVertices).fill(-1);
  const vertex = (i: number): number => (added[i] >= 0 ? added[i] : (added[i] = addShellVertex(w, i, edges[i], normals, mean, shell)));
  for (let t = 0; t < w.headTriangles; t++) {
    const a = w.corners[3 * t], b = w.corners[3 * t + 1], c = w.corners[3 * t + 2];
    if (shell.material === material.hat && edges[a] > 2 && edges[b] > 2 && edges[c] > 2) w.materials[t] = material.hidden;
    if (edges[a] > 0 || edges[b] > 0 || edges[c] > 0) addTriangle(w, vertex(a), vertex(b), vertex(c), shell.material, shell.part);
  }
}

function addShellVertex(w: Workspace, i: number, edge: number, normals: Float32Array, mean: Float32Array, shell: Shell): number {
  const [x, y, z] = [mean[3 * i], mean[3 * i + 1], mean[3 * i + 2]];
  const thickness = shell.thickness(edge, x, y, z);
  const point: [number, number, number] = [w.local[3 * i] + thickness * normals[3 * i], w.local[3 * i + 1] + thickness * normals[3 * i + 1], w.local[3 * i + 2] + thickness * normals[3 * i + 2]];
  shell.adjust?.(point);
  const v = addVertex(w, point[0], point[1], point[2]);
  paint(w, v, shell.colour, shell.material === material.mask ? 0.05 : 0);
  const o = v * attributeStride;
  w.attributes[o + attribute.u] = 0.12 * Math.atan2(x, z + 7) * 8;
  w.attributes[o + attribute.v] = 0.1 * y;
  w.attributes[o + attribute.edge] = edge;
  return v;
}
