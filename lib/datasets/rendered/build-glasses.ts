import type { BuiltHead } from './build-head.ts';
import { material, part } from './materials.ts';
import type { Occluder, Rgb } from './parameters.ts';
import { addGrid, addTriangle, addVertex, attribute, attributeStride, paint, type Workspace } from './workspace.ts';

/** Frame of a pair of glasses, fitted to the eyes, the nose's bridge and the temples of the built face; dark lenses for sunglasses. */
export function buildGlasses(w: Workspace, occluder: Occluder, head: BuiltHead): void {
  const [a, b, c] = occluder.variation;
  const at = (v: number, k: number): number => head.neutral[3 * v + k];
  const height = (at(33, 1) + at(133, 1)) / 2 - 0.25;
  const front = Math.max(at(6, 2), at(52, 2), at(27, 2) + 0.5) + 0.55;
  const wide = 2.35 + 0.45 * a;
  const tall = 1.55 + 0.7 * b;
  const bar = occluder.kind === 'sunglasses' ? 0.18 : 0.1 + 0.22 * c;
  const square = 2 + 3 * c;
  const middle = Math.abs(at(33, 0) + at(133, 0)) / 2;
  const bend = (x: number): number => front - 0.03 * x * x;
  for (const side of [-1, 1]) {
    const rim = (turn: number, grow: number): [number, number] => [side * middle + (wide + grow) * power(Math.cos(turn), square), height + (tall + grow) * power(Math.sin(turn), square)];
    addRim(w, rim, bend, bar, occluder.colour);
    if (occluder.kind === 'sunglasses') addLens(w, rim, bend);
    const outer = middle + wide + bar;
    addBar(w, [side * outer, height + 0.5, bend(outer)], [side * (Math.abs(at(127, 0)) + 0.35), height + 0.3, -6.5], 0.16 + 0.1 * c, occluder.colour);
  }
  const inner = middle - wide;
  addBar(w, [-inner, height + 0.45, bend(inner)], [inner, height + 0.45, bend(inner)], Math.max(0.12, bar), occluder.colour);
}

/** A superellipse's coordinate: rounder for 2, squarer for more. */
const power = (x: number, exponent: number): number => Math.sign(x) * Math.abs(x) ** (2 / exponent);

function addRim(w: Workspace, rim: (turn: number, grow: number) => [number, number], bend: (x: number) => number, bar: number, colour: Rgb): void {
  const segments = 28;
  const first = w.vertices;
  for (const [grow, forward] of [[0, -0.12], [0, 0.12], [bar, 0.15], [bar, -0.15]] as const) {
    for (let s = 0; s < segments; s++) {
      const [x, y] = rim((2 * Math.PI * s) / segments, grow);
      paintFrame(w, addVertex(w, x, y, bend(x) + forward), colour);
    }
  }
  addGrid(w, first, 4, segments, true, material.frame, part.glasses);
}

function addLens(w: Workspace, rim: (turn: number, grow: number) => [number, number], bend: (x: number) => number): void {
  const segments = 28;
  const points = Array.from({ length: segments }, (_, s) => rim((2 * Math.PI * s) / segments, 0.02));
  const mean = (k: 0 | 1): number => points.reduce((s, p) => s + p[k], 0) / segments;
  const dark: Rgb = [0.012, 0.012, 0.014];
  const centre = addVertex(w, mean(0), mean(1), bend(mean(0)) + 0.15);
  paintFrame(w, centre, dark);
  const ring = points.map(([x, y]) => {
    const v = addVertex(w, x, y, bend(x));
    paintFrame(w, v, dark);
    return v;
  });
  for (let s = 0; s < segments; s++) addTriangle(w, centre, ring[s], ring[(s + 1) % segments], material.frame, part.glasses);
}

function addBar(w: Workspace, from: readonly [number, number, number], to: readonly [number, number, number], half: number, colour: Rgb): void {
  const first = w.vertices;
  for (const [dy, dz] of [[-half, 0], [0, 0.1], [half, 0], [0, -0.1]] as const) {
    for (const end of [from, to]) paintFrame(w, addVertex(w, end[0], end[1] + dy, end[2] + dz), colour);
  }
  addGrid(w, first, 4, 2, false, material.frame, part.glasses);
}

function paintFrame(w: Workspace, vertex: number, colour: Rgb): void {
  paint(w, vertex, colour, 0.9);
  w.attributes[vertex * attributeStride + attribute.u] = 0.5;
}
