import type { BuiltHead } from './build-head.ts';
import { buildGlasses } from './build-glasses.ts';
import { smoothstep } from './fields.ts';
import { material, part } from './materials.ts';
import type { Occluder, Rgb } from './parameters.ts';
import { addShell } from './shell.ts';
import { addGrid, addVertex, attribute, attributeStride, paint, type Workspace } from './workspace.ts';

/** Adds what lies before or on the face; `hair` is the thickness of the hair below a hat, in cm. */
export function buildOccluder(w: Workspace, occluder: Occluder, head: BuiltHead, normals: Float32Array, hair: number): void {
  if (occluder.kind === 'glasses' || occluder.kind === 'sunglasses') buildGlasses(w, occluder, head);
  else if (occluder.kind === 'hat' || occluder.kind === 'cap') buildHat(w, occluder, head, normals, hair);
  else if (occluder.kind === 'mask') buildMask(w, occluder, normals);
  else buildHand(w, occluder, head);
}

function buildHat(w: Workspace, occluder: Occluder, head: BuiltHead, normals: Float32Array, hair: number): void {
  const cap = occluder.kind === 'cap';
  const [low, deep] = [(cap ? 4.3 : 3.4) - 1.1 * occluder.variation[0], cap ? 0 : 1.2];
  addShell(w, normals, {
    material: material.hat, part: part.hat, colour: occluder.colour,
    edge: (_, y, z) => y - low + deep * smoothstep(-2, -12, z),
    thickness: (edge) => 0.35 + hair + (cap ? 0.5 * smoothstep(0, 4, edge) : edge < 2.6 ? 0.45 : 0.2 + 0.6 * occluder.variation[1]),
  });
  if (cap) addBrim(w, occluder, head, low + 0.1, hair);
}

/** The brim of a cap: a bent half-moon before the forehead. */
function addBrim(w: Workspace, occluder: Occluder, head: BuiltHead, height: number, hair: number): void {
  const [rows, columns] = [5, 17];
  const first = w.vertices;
  const { centre, radii } = head.skull;
  const level = Math.sqrt(1 - ((height - centre[1]) / radii[1]) ** 2);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const turn = ((c / (columns - 1)) * 2 - 1) * 1.05;
      const out = (r / (rows - 1)) * (6.5 + 1.5 * occluder.variation[2]) * Math.cos(turn * 1.4);
      const [x, z] = [Math.sin(turn) * (radii[0] * level + hair + 0.5), centre[2] + Math.cos(turn) * (radii[2] * level + hair + 0.5) + out];
      const v = addVertex(w, x, height - 0.012 * x * x - 0.12 * out, z);
      paint(w, v, [occluder.colour[0] * 0.8, occluder.colour[1] * 0.8, occluder.colour[2] * 0.8], 0.05);
      w.attributes[v * attributeStride + attribute.edge] = 9;
      w.attributes[v * attributeStride + attribute.u] = c * 0.1;
      w.attributes[v * attributeStride + attribute.v] = r * 0.1;
    }
  }
  addGrid(w, first, rows, columns, false, material.hat, part.hat);
}

/** A surgical mask: a tent over nose, mouth and chin. */
function buildMask(w: Workspace, occluder: Occluder, normals: Float32Array): void {
  const top = -0.9 - 1.1 * occluder.variation[0];
  const colours: readonly Rgb[] = [[0.35, 0.58, 0.68], [0.72, 0.74, 0.74], [0.05, 0.05, 0.06]];
  addShell(w, normals, {
    material: material.mask, part: part.occluder, colour: colours[Math.min(2, Math.floor(occluder.variation[1] * 3))],
    edge: (x, y, z) => Math.min(top - 0.09 * x * x * smoothstep(0, 3, Math.abs(x)) * 0.55 - y, 0.8 * (z + 3.6), y + 12),
    thickness: (edge) => 0.12 + 0.25 * smoothstep(0, 1, edge),
    adjust: (p) => {
      const tent = 4.75 - 0.075 * (p[1] + 3.8) ** 2 - 0.17 * p[0] * p[0];
      const pleat = 0.08 * Math.sin(p[1] * 3.2);
      if (tent > p[2]) p[2] += (tent - p[2]) * smoothstep(top, top - 1.2, p[1]) + pleat;
    },
  });
}

/** A hand before cheek, mouth or chin: a palm and five fingers. */
function buildHand(w: Workspace, occluder: Occluder, head: BuiltHead): void {
  const side = occluder.variation[0] < 0.5 ? -1 : 1;
  const height = -10 + 5 * occluder.variation[1];
  const reach = 4.6 + 1.2 * occluder.variation[2];
  const at = (x: number, y: number, z: number): [number, number, number] => [side * x, height + y, z];
  for (let k = 0; k < 4; k++) {
    const y = 2.6 - 1.75 * k;
    const length = [6.4, 7.2, 6.8, 5.4][k];
    addLimb(w, [at(6.8, y * 0.8 - 0.5, 1), at(6.8 - length * 0.45, y, reach - 0.6), at(6.8 - length * 0.8, y + 0.1, reach), at(6.8 - length, y + 0.1, reach - 0.4)], [0.95, 0.85, 0.78, 0.66], head.skin);
  }
  addLimb(w, [at(7.5, 1, -0.5), at(5.5, 4, 2.6), at(4, 5.6, 3.2)], [1.15, 0.95, 0.75], head.skin);
  addLimb(w, [at(8.5, -6, -3), at(8, -1, 0), at(6.2, 0, 1.8)], [3, 3.4, 2.6], head.skin);
}

/** A bent tube through points with given radii, closed at both ends. */
function addLimb(w: Workspace, line: readonly (readonly [number, number, number])[], radii: readonly number[], skin: Rgb): void {
  const columns = 10;
  const steps = 4 * (line.length - 1);
  const first = w.vertices;
  for (let r = -1; r <= steps + 1; r++) {
    const f = Math.min(steps, Math.max(0, r)) / 4;
    const k = Math.min(line.length - 2, Math.floor(f));
    const t = f - k;
    const [p, q] = [line[k], line[k + 1]];
    const radius = r < 0 || r > steps ? 0.05 : (radii[k] + (radii[k + 1] - radii[k]) * t) * (r === 0 || r === steps ? 0.75 : 1 + 0.06 * Math.cos(2 * Math.PI * t));
    const d = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
    const length = Math.hypot(d[0], d[1], d[2]);
    const tip = r > steps ? 0.35 * radii[k + 1] : r < 0 ? -0.3 * radii[0] : 0;
    const right = [d[2], 0, -d[0]].map((x) => x / (Math.hypot(d[0], d[2]) || 1));
    const up = [d[1] * right[2], d[2] * right[0] - d[0] * right[2], -d[1] * right[0]].map((x) => x / length);
    for (let c = 0; c < columns; c++) {
      const angle = (2 * Math.PI * c) / columns;
      const [ca, sa] = [Math.cos(angle) * radius, Math.sin(angle) * radius];
      const point = [0, 1, 2].map((a) => p[a] + t * d[a] + (tip * d[a]) / length + ca * right[a] + sa * up[a]);
      const v = addVertex(w, point[0], point[1], point[2]);
      paint(w, v, [skin[0], skin[1] * 0.94, skin[2] * 0.92], 0.2);
      w.attributes[v * attributeStride + attribute.u] = r * 0.05;
      w.attributes[v * attributeStride + attribute.v] = c * 0.1;
    }
  }
  addGrid(w, first, steps + 3, columns, true, material.hand, part.occluder);
}
