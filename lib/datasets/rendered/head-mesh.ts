import { faceBoundary, lowerLipInner, mouthCornersInner, upperLipInner, rightLowerLid, rightUpperLid, rightEyeCorners, noseVertices, upperLip, lowerLip, mouthCorners } from './anatomy.ts';
import { meanFace } from './mean-face.ts';
import { faceTriangles } from './mesh-topology.ts';
import { mirrorVertex } from './mirror.ts';
import { applyRows, subdivide, type Subdivided } from './subdivision.ts';
import { material, part } from './materials.ts';

/** Rows of the back of the head between the boundary of the face (t = 0) and the pole at the back of the skull (t = 1). */
export const capRows: readonly number[] = [0.05, 0.12, 0.2, 0.29, 0.4, 0.52, 0.66, 0.82];
export const columns = faceBoundary.length;
export const faceVertices = 468;
export const coarseVertices = faceVertices + columns * capRows.length + 1;
export const capVertex = (row: number, column: number): number => (row < 0 ? faceBoundary[(column + columns) % columns] : row === capRows.length ? coarseVertices - 1 : faceVertices + row * columns + ((column + columns) % columns));

/** The whole head's fixed topology: coarse and subdivided triangles with their materials and parts. */
export interface HeadMesh {
  readonly coarse: Int32Array;
  readonly fine: Subdivided;
  /** Per fine triangle. */
  readonly materials: Uint8Array;
  readonly parts: Uint8Array;
}

interface Piece {
  readonly triangles: number[];
  readonly materials: number[];
  readonly parts: number[];
}

/** Builds the closed head: the 468-point face, its mouth and eyes as patches, and the back of the head. */
export function buildHeadMesh(): HeadMesh {
  const piece: Piece = { triangles: [], materials: [], parts: [] };
  addFace(piece);
  addMouth(piece);
  addCap(piece);
  const fine = subdivide(piece.triangles, coarseVertices, piece.materials.map((m) => (m === material.scalp ? material.skin : m)));
  const four = (values: readonly number[]): Uint8Array => Uint8Array.from(values.flatMap((v) => [v, v, v, v]));
  return { coarse: Int32Array.from(piece.triangles), fine, materials: four(piece.materials), parts: four(piece.parts) };
}

function add(piece: Piece, a: number, b: number, c: number, of: number, label: number): void {
  piece.triangles.push(a, b, c);
  piece.materials.push(of);
  piece.parts.push(label);
}

function addFace(piece: Piece): void {
  const rightEye = new Set<number>([...rightUpperLid, ...rightLowerLid, ...rightEyeCorners]);
  const leftEye = new Set([...rightEye].map((v) => mirrorVertex[v]));
  const nose = new Set<number>([...noseVertices, ...noseVertices.map((v) => mirrorVertex[v])]);
  const upper = new Set<number>([...upperLip, ...mouthCorners]);
  const lower = new Set<number>([...lowerLip, ...mouthCorners]);
  for (let t = 0; t < faceTriangles.length; t += 3) {
    const corners = [faceTriangles[t], faceTriangles[t + 1], faceTriangles[t + 2]];
    const all = (s: Set<number>): boolean => corners.every((v) => s.has(v));
    const [a, b, c] = corners;
    if (all(rightEye)) add(piece, a, b, c, material.rightEye, part.rightEye);
    else if (all(leftEye)) add(piece, a, b, c, material.leftEye, part.leftEye);
    else if (all(upper)) add(piece, a, b, c, material.skin, part.upperLip);
    else if (all(lower)) add(piece, a, b, c, material.skin, part.lowerLip);
    else add(piece, a, b, c, material.skin, all(nose) ? part.nose : part.skin);
  }
}

function addMouth(piece: Piece): void {
  const upper = [mouthCornersInner[0], ...upperLipInner, mouthCornersInner[1]];
  const lower = [mouthCornersInner[0], ...lowerLipInner, mouthCornersInner[1]];
  for (let k = 0; k + 1 < upper.length; k++) {
    if (k > 0) add(piece, upper[k], lower[k], lower[k + 1], material.mouth, part.mouth);
    if (k + 2 < upper.length) add(piece, upper[k], lower[k + 1], upper[k + 1], material.mouth, part.mouth);
  }
}

/** Columns of the boundary that lie under the jaw line carry neck skin, the others scalp. */
function addCap(piece: Piece): void {
  for (let row = -1; row < capRows.length; row++) {
    for (let column = 0; column < columns; column++) {
      const [a, b] = [capVertex(row, column), capVertex(row, column + 1)];
      const [c, d] = [capVertex(row + 1, column), capVertex(row + 1, column + 1)];
      const y = (meanFace[3 * faceBoundary[column] + 1] + meanFace[3 * faceBoundary[(column + 1) % columns] + 1]) / 2;
      const isNeck = y < -4;
      const of = isNeck ? material.skin : material.scalp;
      const label = isNeck ? part.neck : part.skin;
      add(piece, b, a, c, of, label);
      if (row + 1 < capRows.length) add(piece, b, c, d, of, label);
    }
  }
}

/** Values of `stride` numbers per coarse vertex, on the fine vertices. */
export function onFine(mesh: HeadMesh, values: Float32Array, stride: number): Float32Array {
  const out = new Float32Array(mesh.fine.vertices * stride);
  applyRows(mesh.fine.rows, values, stride, out, mesh.fine.vertices);
  return out;
}
