import { attributeStride, type Workspace } from './workspace.ts';

/** One visible point of a surface, interpolated from its triangle. */
export interface Fragment {
  material: number;
  part: number;
  /** Camera space. */
  readonly view: Float64Array;
  readonly normal: Float64Array;
  /** Head space. */
  readonly local: Float64Array;
  /** The attributes of `workspace.ts`. */
  readonly attributes: Float64Array;
  /** Result: linear RGB. */
  readonly colour: Float64Array;
  /** How much of the lamp reached the point, in [0, 1], left by `light`; in an array so that no number is boxed. */
  readonly lit: Float64Array;
}

export const createFragment = (): Fragment => ({
  material: 0, part: 0, view: new Float64Array(3), normal: new Float64Array(3), local: new Float64Array(3), attributes: new Float64Array(attributeStride), colour: new Float64Array(3), lit: new Float64Array(1),
});

/** Fills the fragment for triangle `t` at sample position (x, y); a point a little outside is pulled to the edge. */
export function interpolate(w: Workspace, t: number, x: number, y: number, out: Fragment): void {
  const a = w.corners[3 * t], b = w.corners[3 * t + 1], c = w.corners[3 * t + 2];
  const ax = w.screenX[a], ay = w.screenY[a];
  const ux = w.screenX[b] - ax, uy = w.screenY[b] - ay, vx = w.screenX[c] - ax, vy = w.screenY[c] - ay;
  const k = 1 / (ux * vy - uy * vx);
  const px = x - ax, py = y - ay;
  let wb = (px * vy - py * vx) * k, wc = (py * ux - px * uy) * k;
  wb = wb < 0 ? 0 : wb > 1 ? 1 : wb;
  wc = wc < 0 ? 0 : wc > 1 - wb ? 1 - wb : wc;
  let pa = (1 - wb - wc) * w.nearness[a], pb = wb * w.nearness[b], pc = wc * w.nearness[c];
  const total = 1 / (pa + pb + pc);
  pa *= total;
  pb *= total;
  pc *= total;
  out.material = w.materials[t];
  out.part = w.parts[t];
  const { view, normal, local, attributes } = w;
  const a3 = 3 * a, b3 = 3 * b, c3 = 3 * c;
  mix3(view, out.view, 0, a3, b3, c3, pa, pb, pc);
  mix3(local, out.local, 0, a3, b3, c3, pa, pb, pc);
  mix3(normal, out.normal, 0, a3, b3, c3, pa, pb, pc);
  const oa = a * attributeStride, ob = b * attributeStride, oc = c * attributeStride;
  const to = out.attributes;
  for (let i = 0; i < attributeStride; i += 3) mix3(attributes, to, i, oa + i, ob + i, oc + i, pa, pb, pc);
  const n = out.normal;
  unit(n);
  // a surface seen from behind is lit on the side that is seen
  if (n[0] * out.view[0] + n[1] * out.view[1] + n[2] * out.view[2] > 0 && out.material >= 8) {
    n[0] = -n[0];
    n[1] = -n[1];
    n[2] = -n[2];
  }
}

function mix3(from: Float32Array, to: Float64Array, at: number, a: number, b: number, c: number, pa: number, pb: number, pc: number): void {
  to[at] = pa * from[a] + pb * from[b] + pc * from[c];
  to[at + 1] = pa * from[a + 1] + pb * from[b + 1] + pc * from[c + 1];
  to[at + 2] = pa * from[a + 2] + pb * from[b + 2] + pc * from[c + 2];
}

/** Scales a 3-vector to unit length in place. */
export function unit(v: Float64Array): void {
  const k = 1 / (Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]) || 1);
  v[0] *= k;
  v[1] *= k;
  v[2] *= k;
}
