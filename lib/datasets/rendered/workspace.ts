import { createShadingBuffers, type ShadingBuffers } from './shading-buffers.ts';

/** Numbers per vertex in `Workspace.attributes`; see `attribute`. */
export const attributeStride = 12;

/** Meaning of each number per vertex. */
export const attribute = { red: 0, green: 1, blue: 2, occlusion: 3, u: 4, v: 5, lip: 6, beard: 7, browAcross: 8, browAlong: 9, gloss: 10, edge: 11 } as const;

const vertexLimit = 14000;
const triangleLimit = 24000;

/** The triangles of one picture, in arrays that can be used again for the next one. */
export interface Workspace {
  vertices: number;
  triangles: number;
  /** Where the head's own (subdivided) vertices end. */
  headVertices: number;
  headTriangles: number;
  /** Head space, cm. */
  readonly local: Float32Array;
  /** Camera space, cm: x right, y up, z to the viewer, the lens at the origin. */
  readonly view: Float32Array;
  readonly normal: Float32Array;
  readonly attributes: Float32Array;
  readonly screenX: Float32Array;
  readonly screenY: Float32Array;
  /** One over the distance along the optical axis. */
  readonly nearness: Float32Array;
  readonly corners: Int32Array;
  readonly materials: Uint8Array;
  readonly parts: Uint8Array;
  /** How much each vertex follows the torso rather than the head, in [0, 1]. */
  readonly torso: Float32Array;
  /** Sample buffers, grown to the size in use. */
  samples: { side: number; ids: Int32Array; nearness: Float32Array };
  shadow: { side: number; depth: Float32Array };
  /** Points in the lamp's frame, and the head's normals in head space, while they are needed. */
  readonly lampPoints: Float32Array;
  readonly headNormals: Float32Array;
  readonly shading: ShadingBuffers;
}

/** An empty workspace; give the same one to many renders to spare allocation. A workspace serves one render at a time. */
export function createWorkspace(): Workspace {
  const floats = (n: number): Float32Array => new Float32Array(n);
  return {
    vertices: 0, triangles: 0, headVertices: 0, headTriangles: 0,
    local: floats(vertexLimit * 3), view: floats(vertexLimit * 3), normal: floats(vertexLimit * 3), attributes: floats(vertexLimit * attributeStride),
    screenX: floats(vertexLimit), screenY: floats(vertexLimit), nearness: floats(vertexLimit),
    corners: new Int32Array(triangleLimit * 3), materials: new Uint8Array(triangleLimit), parts: new Uint8Array(triangleLimit), torso: floats(vertexLimit),
    samples: { side: 0, ids: new Int32Array(0), nearness: floats(0) }, shadow: { side: 0, depth: floats(0) }, lampPoints: floats(vertexLimit * 3), headNormals: floats(vertexLimit * 3), shading: createShadingBuffers(),
  };
}

/** Adds a vertex in head space with its attributes set to zero, and returns its index. */
export function addVertex(w: Workspace, x: number, y: number, z: number): number {
  const i = w.vertices++;
  w.local[3 * i] = x;
  w.local[3 * i + 1] = y;
  w.local[3 * i + 2] = z;
  w.torso[i] = 0;
  w.attributes.fill(0, i * attributeStride, (i + 1) * attributeStride);
  w.attributes[i * attributeStride + attribute.occlusion] = 1;
  return i;
}

/** Adds a triangle, counter-clockwise seen from outside. */
export function addTriangle(w: Workspace, a: number, b: number, c: number, of: number, label: number): void {
  const t = w.triangles++;
  w.corners[3 * t] = a;
  w.corners[3 * t + 1] = b;
  w.corners[3 * t + 2] = c;
  w.materials[t] = of;
  w.parts[t] = label;
}

/** A grid of already added vertices, row by row from `first`, as triangles; `wrap` joins the last column to the first. */
export function addGrid(w: Workspace, first: number, rows: number, columns: number, wrap: boolean, of: number, label: number, flip = false): void {
  const across = wrap ? columns : columns - 1;
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c < across; c++) {
      const a = first + r * columns + c;
      const b = first + r * columns + ((c + 1) % columns);
      const [d, e] = [a + columns, b + columns];
      if (flip) {
        addTriangle(w, a, b, d, of, label);
        addTriangle(w, b, e, d, of, label);
      } else {
        addTriangle(w, a, d, b, of, label);
        addTriangle(w, b, d, e, of, label);
      }
    }
  }
}

/** Sets the colour of a vertex (linear RGB). */
export function paint(w: Workspace, vertex: number, colour: readonly [number, number, number], gloss = 0): void {
  const at = vertex * attributeStride;
  w.attributes[at] = colour[0];
  w.attributes[at + 1] = colour[1];
  w.attributes[at + 2] = colour[2];
  w.attributes[at + attribute.gloss] = gloss;
}
