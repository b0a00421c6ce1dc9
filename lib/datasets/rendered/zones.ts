import { faceTriangles } from './mesh-topology.ts';
import { lowerLip, mouthCorners, upperLip } from './anatomy.ts';
import { meanPoint } from './fields.ts';

const points = 468;

/** Neighbours of every vertex of the 468-point mesh. */
export function neighboursOf(triangles: readonly number[], count: number): number[][] {
  const sets = Array.from({ length: count }, () => new Set<number>());
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      sets[triangles[t + k]].add(triangles[t + ((k + 1) % 3)]);
      sets[triangles[t + ((k + 1) % 3)]].add(triangles[t + k]);
    }
  }
  return sets.map((s) => [...s]);
}

/** Harmonic weights over the mesh: the fixed vertices keep their values, every other is the mean of its neighbours. */
export function harmonic(fixed: ReadonlyMap<number, number>): Float32Array {
  const neighbours = neighboursOf(faceTriangles, points);
  const weights = new Float32Array(points);
  for (const [vertex, value] of fixed) weights[vertex] = value;
  for (let sweep = 0; sweep < 400; sweep++) {
    for (let i = 0; i < points; i++) {
      if (fixed.has(i)) continue;
      let total = 0;
      for (const j of neighbours[i]) total += weights[j];
      weights[i] = total / neighbours[i].length;
    }
  }
  return weights;
}

/** How far each vertex follows the lower jaw, in [0, 1]: 1 on the lower lip and the chin, 0 on the upper lip and above the nose's foot. */
export const jawZone: Float32Array = harmonic(jawConstraints());

/** The complement near the mouth: what belongs to the upper jaw. */
export const upperZone: Float32Array = jawZone.map((w) => 1 - w);

function jawConstraints(): Map<number, number> {
  const fixed = new Map<number, number>();
  for (let i = 0; i < points; i++) if (meanPoint(i)[1] > -4.4) fixed.set(i, 0);
  for (const i of upperLip) fixed.set(i, 0);
  for (const i of lowerLip) fixed.set(i, 1);
  for (const i of mouthCorners) fixed.set(i, 0.4);
  for (const i of [191, 415, 95, 324, 183, 407, 96, 325]) fixed.set(i, fixed.get(i) === 1 ? 0.72 : 0.14);
  const edge: readonly (readonly [number, number, number])[] = [
    [152, 152, 1], [148, 377, 1], [176, 400, 1], [149, 378, 1], [150, 379, 1], [136, 365, 0.92], [172, 397, 0.8], [58, 288, 0.6], [132, 361, 0.35], [93, 323, 0.15],
  ];
  for (const [right, left, weight] of edge) fixed.set(right, weight).set(left, weight);
  return fixed;
}
