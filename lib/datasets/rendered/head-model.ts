import { rightBrowLower, rightBrowUpper } from './anatomy.ts';
import { expressionShapes } from './expression-shapes.ts';
import { meanPoint } from './fields.ts';
import { buildHeadMesh, capRows, capVertex, coarseVertices, columns, faceVertices, onFine, type HeadMesh } from './head-mesh.ts';
import { identityShapes } from './identity-shapes.ts';
import { contourPaths, type ContourPath } from './contour.ts';
import { landmarkPoints } from './landmark-points.ts';
import type { MeshPoint } from './mesh-points.ts';
import { mirrorVertex } from './mirror.ts';
import { meshNormals } from './normals.ts';
import { skyVisibility } from './occlusion.ts';
import { hairlineOf } from './hairline.ts';
import { lazy } from './lazy.ts';
import { faceTexture } from './mesh-topology.ts';
import { coarsePoints, neutralShape } from './head-shape.ts';
import { skinMasks, type SkinMasks } from './skin-masks.ts';

/** Everything about the head that does not depend on the parameters. */
export interface HeadModel {
  readonly mesh: HeadMesh;
  readonly identity: readonly (Float32Array | undefined)[];
  readonly expression: readonly Float32Array[];
  /** Fine vertices: texture coordinates, position along the cap (0 on the face) and column of the cap. */
  readonly texture: Float32Array;
  readonly capAlong: Float32Array;
  readonly capColumn: Float32Array;
  /** The mean head's fine points. */
  readonly mean: Float32Array;
  readonly masks: SkinMasks;
  /** Signed distance from the eyebrow's middle line and the position along it, per fine vertex. */
  readonly brow: Float32Array;
  /** `hairlineOf` the mean head. */
  readonly hairline: Float32Array;
  /** Share of the sky that each fine vertex of the mean head sees. */
  readonly occlusion: Float32Array;
  /** The 68 landmarks on the mesh, and where the jaw's may slide. */
  readonly landmarks: readonly MeshPoint[];
  readonly contour: readonly ContourPath[];
}

/** The model, built on first use (about 0.1 s) and never changed. */
export const headModel: () => HeadModel = lazy(build);

function build(): HeadModel {
  const mesh = buildHeadMesh();
  const coarse = coarsePoints(neutralShape());
  const mean = onFine(mesh, coarse, 3);
  const landmarks = landmarkPoints();
  const texture = new Float32Array(coarseVertices * 2);
  const along = new Float32Array(coarseVertices);
  const column = new Float32Array(coarseVertices);
  texture.set(faceTexture);
  for (let r = -1; r <= capRows.length; r++) {
    for (let c = 0; c < columns; c++) {
      const v = capVertex(r, c);
      along[v] = r < 0 ? 0 : r === capRows.length ? 1 : capRows[r];
      column[v] = c;
      if (v >= faceVertices) texture.set([0.5 + 0.09 * coarse[3 * v] , 0.3 - 0.08 * coarse[3 * v + 2]], 2 * v);
    }
  }
  return {
    mesh, mean, identity: identityShapes.map((s) => s.field), expression: expressionShapes.map((s) => s.field),
    texture: onFine(mesh, texture, 2), capAlong: onFine(mesh, along, 1), capColumn: onFine(mesh, column, 1),
    masks: skinMasks(mesh, mean), brow: browCoordinates(mean), hairline: hairlineOf(mean),
    occlusion: skyVisibility(mean, meshNormals(mean, mesh.fine.triangles), mesh.fine.triangles), landmarks, contour: contourPaths(landmarks.slice(0, 9), coarse, mirrorVertex),
  };
}

/** Per point [across, along]: half-centimetres above the brow's middle line, and 0 at the inner to 1 at the outer end. */
function browCoordinates(points: Float32Array): Float32Array {
  const line = rightBrowUpper.map((up, k) => {
    const [a, b] = [meanPoint(up), meanPoint(rightBrowLower[k])];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  });
  const out = new Float32Array((points.length / 3) * 2);
  for (let i = 0; i < points.length / 3; i++) {
    const [across, along] = nearestOnLine(line, -Math.abs(points[3 * i]), points[3 * i + 1]);
    out[2 * i] = across;
    out[2 * i + 1] = along;
  }
  return out;
}

function nearestOnLine(line: readonly (readonly number[])[], x: number, y: number): [number, number] {
  let best: [number, number] = [99, 0];
  for (let k = 0; k + 1 < line.length; k++) {
    const [ax, ay] = line[k];
    const [dx, dy] = [line[k + 1][0] - ax, line[k + 1][1] - ay];
    const raw = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
    const t = Math.min(k === line.length - 2 ? 3 : 1, Math.max(k === 0 ? -2 : 0, raw));
    const distance = Math.hypot(x - ax - t * dx, y - ay - t * dy);
    const side = Math.sign(y - ay - t * dy) || 1;
    if (distance / 0.5 < Math.abs(best[0])) best = [(side * distance) / 0.5, (k + t) / (line.length - 1)];
  }
  return best;
}
