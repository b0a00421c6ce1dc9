import { material } from './materials.ts';
import { attribute, attributeStride, type Workspace } from './workspace.ts';

/** Materials drawn on both sides. */
const twoSided: Uint8Array = Uint8Array.from({ length: 32 }, (_, m) => (m === material.hair || m === material.curtain || m >= material.hat ? 1 : 0));
/** Materials cut away where their vertices' `edge` falls below zero. */
const cutOut: Uint8Array = Uint8Array.from({ length: 32 }, (_, m) => (m === material.hair || m === material.curtain || m === material.hat || m === material.mask ? 1 : 0));

/** Samples this near to an edge belong to both its triangles, so that rounding leaves no holes between them. */
const slack = 1e-6;

/** A ragged edge along the strands: how far (in units of `edge`) the tip of strand `u` reaches; 256 entries, wrapped. */
export type StrandTips = Float32Array;

/** Draws all triangles into the sample buffers: the nearest triangle's index per sample (-1: none) and one over its distance. */
export function rasterise(w: Workspace, side: number, tips: StrandTips): void {
  if (w.samples.side !== side) w.samples = { side, ids: new Int32Array(side * side), nearness: new Float32Array(side * side) };
  const { ids, nearness } = w.samples;
  ids.fill(-1);
  nearness.fill(0);
  for (let t = 0; t < w.triangles; t++) {
    const m = w.materials[t];
    if (m === material.hidden) continue;
    draw(w, t, w.corners[3 * t], w.corners[3 * t + 1], w.corners[3 * t + 2], twoSided[m] === 1, cutOut[m] === 1 ? tips : undefined);
  }
}

function draw(w: Workspace, t: number, a: number, b: number, c: number, bothSides: boolean, tips: StrandTips | undefined): void {
  const { screenX, screenY } = w;
  const { side, ids, nearness } = w.samples;
  const ax = screenX[a], ay = screenY[a], bx = screenX[b], by = screenY[b], cx = screenX[c], cy = screenY[c];
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  // y points down on the screen, so front faces have negative area
  if (area > -1e-6 && !(bothSides && area > 1e-6)) return;
  const left = ax < bx ? (ax < cx ? ax : cx) : bx < cx ? bx : cx, right = ax > bx ? (ax > cx ? ax : cx) : bx > cx ? bx : cx;
  const top = ay < by ? (ay < cy ? ay : cy) : by < cy ? by : cy, bottom = ay > by ? (ay > cy ? ay : cy) : by > cy ? by : cy;
  if (right < 0.5 || bottom < 0.5 || left > side - 0.5 || top > side - 0.5) return;
  // indices are made integers (`| 0`): doubles would be converted at every access to a buffer
  const x0 = left > 0.5 ? Math.ceil(left - 0.5) | 0 : 0, x1 = right < side - 0.5 ? Math.floor(right - 0.5) | 0 : side - 1;
  const y0 = top > 0.5 ? Math.ceil(top - 0.5) | 0 : 0, y1 = bottom < side - 0.5 ? Math.floor(bottom - 0.5) | 0 : side - 1;
  if (x0 > x1 || y0 > y1) return;
  const k = 1 / area;
  // barycentric weights of b and c are affine in the sample's position
  const bdx = (cy - ay) * k, bdy = (ax - cx) * k, cdx = (ay - by) * k, cdy = (bx - ax) * k;
  const px = x0 + 0.5 - ax, py = y0 + 0.5 - ay;
  let rowB = px * bdx + py * bdy, rowC = px * cdx + py * cdy;
  const na = w.nearness[a], nb = w.nearness[b] - na, nc = w.nearness[c] - na;
  const slope = nb * bdx + nc * cdx;
  // a row's samples inside the triangle are those where both weights and their rest are positive: three affine bounds on x
  const sumDx = bdx + cdx, invB = 1 / bdx, invC = 1 / cdx, invSum = 1 / sumDx;
  const ragged = tips !== undefined && !(inside(w, a, b, c) && bdx < gentle && bdx > -gentle && cdx < gentle && cdx > -gentle);
  for (let y = y0; y <= y1; y++, rowB += bdy, rowC += cdy) {
    const rest = 1 - rowB - rowC;
    const boundB = -rowB * invB, boundC = -rowC * invC, boundSum = rest * invSum;
    let from = 0, to: number = x1 - x0;
    if (bdx > 0) from = boundB - slack > from ? boundB - slack : from;
    else if (bdx < 0) to = boundB + slack < to ? boundB + slack : to;
    else if (rowB < 0) continue;
    if (cdx > 0) from = boundC - slack > from ? boundC - slack : from;
    else if (cdx < 0) to = boundC + slack < to ? boundC + slack : to;
    else if (rowC < 0) continue;
    if (sumDx > 0) to = boundSum + slack < to ? boundSum + slack : to;
    else if (sumDx < 0) from = boundSum - slack > from ? boundSum - slack : from;
    else if (rest < 0) continue;
    if (from > to) continue;
    const low = Math.ceil(from) | 0, high = Math.floor(to) | 0;
    let near = na + nb * (rowB + low * bdx) + nc * (rowC + low * cdx);
    let index = (y * side + x0 + low) | 0;
    for (let x = low; x <= high; x++, index++, near += slope) {
      if (near <= nearness[index]) continue;
      if (ragged && !keeps(w, a, b, c, rowB + x * bdx, rowC + x * cdx, tips as StrandTips)) continue;
      nearness[index] = near;
      ids[index] = t;
    }
  }
}

/** Most a weight may change from sample to sample for `slack` not to matter to `inside`. */
const gentle = 1000;

/** Whether all of a triangle lies so far inside the edge that no strand's tip can end there. */
function inside({ attributes }: Workspace, a: number, b: number, c: number): boolean {
  return attributes[a * attributeStride + attribute.edge] > 1.2 && attributes[b * attributeStride + attribute.edge] > 1.2 && attributes[c * attributeStride + attribute.edge] > 1.2;
}

function keeps(w: Workspace, a: number, b: number, c: number, wb: number, wc: number, tips: StrandTips): boolean {
  const ia = a * attributeStride, ib = b * attributeStride, ic = c * attributeStride;
  const wa = 1 - wb - wc;
  const edge = wa * w.attributes[ia + attribute.edge] + wb * w.attributes[ib + attribute.edge] + wc * w.attributes[ic + attribute.edge];
  if (edge > 1) return true;
  const u = wa * w.attributes[ia + attribute.u] + wb * w.attributes[ib + attribute.u] + wc * w.attributes[ic + attribute.u];
  const amount = wa * w.attributes[ia + attribute.lip] + wb * w.attributes[ib + attribute.lip] + wc * w.attributes[ic + attribute.lip];
  return edge > amount * tips[(u * 150) & 255];
}
