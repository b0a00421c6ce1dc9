import type { BuiltHead } from './build-head.ts';
import { smoothstep } from './fields.ts';
import { shapeIndex } from './identity-shapes.ts';
import { material, part } from './materials.ts';
import type { Identity, Rgb } from './parameters.ts';
import { addGrid, addVertex, attribute, attributeStride, paint, type Workspace } from './workspace.ts';

/** Rows of the neck and shoulders: height, half width, half depth, middle's z; in head space, cm. */
const profile: readonly (readonly [number, number, number, number])[] = [
  [-4.5, 5.4, 4.6, -9.2], [-7, 5.6, 4.8, -9.2], [-9.5, 5.7, 4.9, -9.3], [-11.5, 5.8, 5, -9.6], [-13.2, 6.3, 5.3, -10.1], [-14.7, 7.8, 5.8, -10.6],
  [-16, 11, 6.6, -11], [-17.8, 15.2, 7.6, -11], [-20.5, 18.5, 8.8, -11], [-26, 20.5, 10.5, -11], [-40, 21.5, 12, -11],
];

/** Adds neck, shoulders and clothes, which follow the torso further down. */
export function buildBody(w: Workspace, identity: Identity, head: BuiltHead, clothes: Rgb): void {
  const columns = 28;
  const width = 1 + 0.06 * identity.shape[shapeIndex('neck-width')];
  const first = w.vertices;
  profile.forEach(([y, halfWidth, halfDepth, middle], row) => {
    for (let c = 0; c < columns; c++) {
      const angle = (2 * Math.PI * c) / columns;
      const slim = row < 6 ? width : 1;
      const v = addVertex(w, Math.sin(angle) * halfWidth * slim, y, middle + Math.cos(angle) * halfDepth * slim);
      paint(w, v, head.skin, 0.3);
      w.attributes[v * attributeStride + attribute.u] = 0.5 + 0.05 * Math.sin(angle) * halfWidth;
      w.attributes[v * attributeStride + attribute.v] = y * 0.06;
      w.attributes[v * attributeStride + attribute.occlusion] = 0.22 + 0.78 * smoothstep(-9, -15, y);
      w.torso[v] = smoothstep(-5, -15, y);
    }
  });
  addGrid(w, first, 7, columns, true, material.neck, part.neck);
  const collar = w.vertices;
  profile.slice(5).forEach(([y, halfWidth, halfDepth, middle], row) => {
    for (let c = 0; c < columns; c++) {
      const angle = (2 * Math.PI * c) / columns;
      const open = row === 0 ? 0.8 * Math.max(0, Math.cos(angle)) : 0;
      const v = addVertex(w, Math.sin(angle) * (halfWidth + 0.15), y - open, middle + Math.cos(angle) * (halfDepth + 0.2));
      paint(w, v, clothes, 0);
      w.attributes[v * attributeStride + attribute.u] = c * 0.3;
      w.attributes[v * attributeStride + attribute.v] = y * 0.1;
      w.torso[v] = smoothstep(-5, -15, y);
    }
  });
  addGrid(w, collar, profile.length - 5, columns, true, material.cloth, part.cloth);
}

/** Adds both ears, hung on the face's edge in front of the ear canal. */
export function buildEars(w: Workspace, identity: Identity, head: BuiltHead): void {
  const size = 1 + 0.09 * identity.shape[shapeIndex('ear-size')];
  const angle = ((28 + 9 * identity.shape[shapeIndex('ear-angle')]) * Math.PI) / 180;
  for (const side of [-1, 1]) addEar(w, head, side, size, Math.max(0.15, angle));
}

/** Radius along the ear (0 middle, 1 rim), height of the relief there in cm. */
const relief: readonly (readonly [number, number])[] = [[0, -0.3], [0.28, -0.25], [0.42, 0.08], [0.6, 0.22], [0.76, 0.05], [0.9, 0.26], [1, 0.2], [1.02, -0.15], [0.86, -0.5]];

function addEar(w: Workspace, head: BuiltHead, side: number, size: number, angle: number): void {
  const columns = 18;
  const first = w.vertices;
  const anchor = side < 0 ? 234 : 454;
  const [ax, ay, az] = [head.coarse[3 * anchor], head.coarse[3 * anchor + 1], head.coarse[3 * anchor + 2]];
  const [out, back] = [Math.sin(angle), Math.cos(angle)];
  relief.forEach(([radius, lift], row) => {
    for (let c = 0; c < columns; c++) {
      const turn = (2 * Math.PI * c) / columns;
      const up = Math.cos(turn) * (Math.cos(turn) > 0 ? 3.1 : 3.3) * radius * size;
      const along = (1.55 + Math.sin(turn) * (1.75 + 0.25 * Math.cos(turn)) * radius) * size;
      // the ear leans back a little; along runs from the face backwards and outwards, lift stands on it
      const x = ax + side * (along * out - 0.2 + lift * back);
      const v = addVertex(w, x, ay + 1.1 + up - 0.12 * along, az + 0.2 - along * back + lift * out - 0.18 * up);
      paint(w, v, [head.skin[0] * 1.02, head.skin[1] * 0.88, head.skin[2] * 0.86], 0.3);
      const o = v * attributeStride;
      w.attributes[o + attribute.occlusion] = row < 2 ? 0.35 : row === 4 ? 0.7 : 1;
      w.attributes[o + attribute.u] = 0.1 * row;
      w.attributes[o + attribute.v] = 0.1 * c;
    }
  });
  addGrid(w, first, relief.length, columns, true, material.ear, side < 0 ? part.rightEar : part.leftEar, side > 0);
}
