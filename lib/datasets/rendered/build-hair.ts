import type { BuiltHead } from './build-head.ts';
import { smoothstep } from './fields.ts';
import { headModel } from './head-model.ts';
import { hairlineDistance } from './hairline.ts';
import { hairStyleOf, type HairStyle } from './hair-style.ts';
import { material, part } from './materials.ts';
import { noiseTables, valueNoise } from './noise.ts';
import { appearanceOf, type Identity, type Rgb } from './parameters.ts';
import { addGrid, addTriangle, addVertex, attribute, attributeStride, paint, type Workspace } from './workspace.ts';

/** Adds the hair: a shell over the scalp (and a fringe), and hair hanging down; flat where `covered` by a hat. The normals are the head's, in head space. */
export function buildHair(w: Workspace, identity: Identity, head: BuiltHead, normals: Float32Array, covered: boolean): HairStyle {
  const worn = hairStyleOf(identity);
  const style = covered ? { ...worn, thickness: Math.min(worn.thickness, 0.35), wobble: 0, bun: 0 } : worn;
  if (style.thickness === 0) return style;
  addShell(w, identity, head, normals, style);
  if (style.curtain) addCurtain(w, identity, head, style, style.curtain);
  if (style.bun) addBall(w, [0, 3.5, -7 - head.skull.radii[2] - 0.4 * style.bun], style.bun, head.hair);
  return style;
}

function addShell(w: Workspace, identity: Identity, head: BuiltHead, normals: Float32Array, style: HairStyle): void {
  const model = headModel();
  const recession = appearanceOf(identity, 'hairline');
  const shift = 40 * appearanceOf(identity, 'pattern');
  const { mean } = model;
  const edges = new Float32Array(w.headVertices);
  const added = new Int32Array(w.headVertices).fill(-1);
  const tilt = (appearanceOf(identity, 'hair-parting') - 0.5) * 0.5;
  for (let i = 0; i < w.headVertices; i++) {
    const x = mean[3 * i], y = mean[3 * i + 1], z = mean[3 * i + 2];
    const edge = hairlineDistance(model.hairline, i, recession);
    const fringe = style.fringe > 0 && z > -3 ? y - (5.9 - style.fringe - tilt * x - 0.04 * x * x) : -9;
    edges[i] = Math.max(edge, fringe);
  }
  const shell = (i: number): number => {
    if (added[i] < 0) added[i] = addShellVertex(w, i, edges[i], style, head.hair, normals, mean, shift);
    return added[i];
  };
  for (let t = 0; t < w.headTriangles; t++) {
    const of = w.materials[t];
    if (of !== material.skin && of !== material.scalp) continue;
    const a = w.corners[3 * t], b = w.corners[3 * t + 1], c = w.corners[3 * t + 2];
    if (edges[a] > 2 && edges[b] > 2 && edges[c] > 2) w.materials[t] = material.hidden;
    if (edges[a] > 0 || edges[b] > 0 || edges[c] > 0) addTriangle(w, shell(a), shell(b), shell(c), material.hair, part.hair);
  }
}

function addShellVertex(w: Workspace, i: number, edge: number, style: HairStyle, hair: Rgb, normals: Float32Array, mean: Float32Array, shift: number): number {
  const [x, y, z] = [mean[3 * i], mean[3 * i + 1], mean[3 * i + 2]];
  const table = noiseTables().uniform;
  const s = 1 / style.wobbleSize;
  const lump = valueNoise(table, (x + z * 0.7) * s + shift, (y - z * 0.5) * s + shift) - 0.5;
  const grown = smoothstep(-0.6, 2.4, edge);
  const offset = 0.06 + style.thickness * grown + 2 * style.wobble * lump * grown;
  const v = addVertex(w, w.local[3 * i] + offset * normals[3 * i], w.local[3 * i + 1] + offset * normals[3 * i + 1], w.local[3 * i + 2] + offset * normals[3 * i + 2]);
  paint(w, v, hair, 0.6);
  const o = v * attributeStride;
  const back = Math.atan2(x, y - 1) * 1.6;
  const aside = Math.atan2(y - 2, z + 7) * 1.6;
  w.attributes[o + attribute.u] = style.parted && edge > 0.5 ? aside : back;
  w.attributes[o + attribute.v] = (style.parted ? Math.abs(x) : -z) * 0.15;
  w.attributes[o + attribute.lip] = style.ragged;
  w.attributes[o + attribute.edge] = edge;
  w.attributes[o + attribute.occlusion] = 0.55 + 0.45 * smoothstep(0, 1.5, edge) * (0.75 + 0.5 * lump);
  return v;
}

function addCurtain(w: Workspace, identity: Identity, head: BuiltHead, style: HairStyle, curtain: NonNullable<HairStyle['curtain']>): void {
  const [rows, columns] = [14, 40];
  const table = noiseTables().uniform;
  const shift = 91 * appearanceOf(identity, 'pattern');
  const { centre, radii } = head.skull;
  const first = w.vertices;
  const top = 6.5;
  for (let r = 0; r < rows; r++) {
    const f = r / (rows - 1);
    for (let c = 0; c < columns; c++) {
      const angle = ((curtain.front + ((360 - 2 * curtain.front) * c) / (columns - 1)) * Math.PI) / 180;
      const side = Math.abs(Math.cos(angle));
      const bottom = curtain.bottom - 1.2 * valueNoise(table, c * 0.6 + shift, 3) + 2 * Math.max(0, Math.cos(angle));
      const y = top + (bottom - top) * f;
      const height = Math.max(0, (y - centre[1]) / radii[1]);
      const dome = Math.sqrt(Math.max(0.05, 1 - height * height));
      const neck = 1 - 0.12 * smoothstep(-5, -12, y) * (0.4 + 0.6 * side);
      const wave = curtain.wave * (valueNoise(table, c * 0.35 + shift, y * 0.35) - 0.5 + 0.4 * Math.sin(y * 0.9 + c * 0.3)) * smoothstep(3, -4, y);
      const grow = (style.thickness - 0.25) * smoothstep(8, 3, y) + 0.1 + wave;
      const v = addVertex(w, Math.sin(angle) * (radii[0] + grow) * dome * neck, y, centre[2] + Math.cos(angle) * (radii[2] + grow) * dome * neck);
      paint(w, v, head.hair, 0.7);
      const o = v * attributeStride;
      w.attributes[o + attribute.u] = c * 0.16 + 0.05 * wave;
      w.attributes[o + attribute.v] = y * 0.1;
      w.attributes[o + attribute.edge] = (1 - f) * (top - bottom) * 0.5;
      w.attributes[o + attribute.lip] = 1;
      w.attributes[o + attribute.occlusion] = 0.7 + 0.6 * wave;
      w.torso[v] = 0.7 * smoothstep(-7, -18, y);
    }
  }
  addGrid(w, first, rows, columns, false, material.curtain, part.hair);
}

function addBall(w: Workspace, centre: readonly [number, number, number], radius: number, colour: Rgb): void {
  const [rows, columns] = [9, 14];
  const first = w.vertices;
  for (let r = 0; r < rows; r++) {
    const p = (Math.PI * r) / (rows - 1);
    for (let c = 0; c < columns; c++) {
      const q = (2 * Math.PI * c) / columns;
      const v = addVertex(w, centre[0] + radius * Math.sin(p) * Math.cos(q), centre[1] + radius * Math.cos(p), centre[2] + radius * Math.sin(p) * Math.sin(q));
      paint(w, v, colour, 0.6);
      w.attributes[v * attributeStride + attribute.u] = r * 0.4;
      w.attributes[v * attributeStride + attribute.v] = c * 0.2;
      w.attributes[v * attributeStride + attribute.edge] = 9;
    }
  }
  addGrid(w, first, rows, columns, true, material.hair, part.hair);
}
