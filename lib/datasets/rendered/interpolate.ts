import type { Fragments, Queue } from './fragments.ts';
import { attribute as at, attributeStride, type Workspace } from './workspace.ts';

/**
 * Finds each sample's place in its triangle, in perspective (a point a little outside is pulled to the edge), and its point and normal in camera space;
 * with `turn`, a surface seen from behind is lit on the side that is seen.
 */
export function locate(w: Workspace, queue: Queue, f: Fragments, turn: boolean): void {
  const { corners, parts, screenX, screenY, nearness, view, normal } = w;
  f.count = queue.count;
  for (let i = 0; i < queue.count; i++) {
    const t = queue.triangle[i];
    const a = corners[3 * t], b = corners[3 * t + 1], c = corners[3 * t + 2];
    const ax = screenX[a], ay = screenY[a];
    const ux = screenX[b] - ax, uy = screenY[b] - ay, vx = screenX[c] - ax, vy = screenY[c] - ay;
    const k = 1 / (ux * vy - uy * vx);
    const px = queue.x[i] - ax, py = queue.y[i] - ay;
    let wb = (px * vy - py * vx) * k, wc = (py * ux - px * uy) * k;
    wb = wb < 0 ? 0 : wb > 1 ? 1 : wb;
    wc = wc < 0 ? 0 : wc > 1 - wb ? 1 - wb : wc;
    const nearA = (1 - wb - wc) * nearness[a], nearB = wb * nearness[b], nearC = wc * nearness[c];
    const total = 1 / (nearA + nearB + nearC);
    const pa = nearA * total, pb = nearB * total, pc = nearC * total;
    f.a[i] = a;
    f.b[i] = b;
    f.c[i] = c;
    f.ofA[i] = pa;
    f.ofB[i] = pb;
    f.ofC[i] = pc;
    f.part[i] = parts[t];
    const x = pa * view[3 * a] + pb * view[3 * b] + pc * view[3 * c];
    const y = pa * view[3 * a + 1] + pb * view[3 * b + 1] + pc * view[3 * c + 1];
    const z = pa * view[3 * a + 2] + pb * view[3 * b + 2] + pc * view[3 * c + 2];
    const nx = pa * normal[3 * a] + pb * normal[3 * b] + pc * normal[3 * c];
    const ny = pa * normal[3 * a + 1] + pb * normal[3 * b + 1] + pc * normal[3 * c + 1];
    const nz = pa * normal[3 * a + 2] + pb * normal[3 * b + 2] + pc * normal[3 * c + 2];
    const unit = 1 / (Math.sqrt(nx * nx + ny * ny + nz * nz) || 1);
    const sign = turn && nx * unit * x + ny * unit * y + nz * unit * z > 0 ? -1 : 1;
    f.viewX[i] = x;
    f.viewY[i] = y;
    f.viewZ[i] = z;
    f.normalX[i] = sign * (nx * unit);
    f.normalY[i] = sign * (ny * unit);
    f.normalZ[i] = sign * (nz * unit);
  }
}

/** Fills in points in head space. */
export function placeInHead(w: Workspace, f: Fragments): void {
  const { local } = w;
  for (let i = 0; i < f.count; i++) {
    const a = 3 * f.a[i], b = 3 * f.b[i], c = 3 * f.c[i];
    const pa = f.ofA[i], pb = f.ofB[i], pc = f.ofC[i];
    f.localX[i] = pa * local[a] + pb * local[b] + pc * local[c];
    f.localY[i] = pa * local[a + 1] + pb * local[b + 1] + pc * local[c + 1];
    f.localZ[i] = pa * local[a + 2] + pb * local[b + 2] + pc * local[c + 2];
  }
}

/** Fills in what every painted surface has: colour, occlusion, texture coordinates and gloss. */
export function readPaint(w: Workspace, f: Fragments): void {
  const { attributes } = w;
  for (let i = 0; i < f.count; i++) {
    const a = attributeStride * f.a[i], b = attributeStride * f.b[i], c = attributeStride * f.c[i];
    const pa = f.ofA[i], pb = f.ofB[i], pc = f.ofC[i];
    f.paintR[i] = pa * attributes[a] + pb * attributes[b] + pc * attributes[c];
    f.paintG[i] = pa * attributes[a + 1] + pb * attributes[b + 1] + pc * attributes[c + 1];
    f.paintB[i] = pa * attributes[a + 2] + pb * attributes[b + 2] + pc * attributes[c + 2];
    f.occlusion[i] = pa * attributes[a + at.occlusion] + pb * attributes[b + at.occlusion] + pc * attributes[c + at.occlusion];
    f.u[i] = pa * attributes[a + at.u] + pb * attributes[b + at.u] + pc * attributes[c + at.u];
    f.v[i] = pa * attributes[a + at.v] + pb * attributes[b + at.v] + pc * attributes[c + at.v];
    f.gloss[i] = pa * attributes[a + at.gloss] + pb * attributes[b + at.gloss] + pc * attributes[c + at.gloss];
  }
}

/** Fills in what only the face's skin has: lips, beard and eyebrows, and which side it is on. */
export function readFace(w: Workspace, f: Fragments): void {
  const { attributes, local } = w;
  for (let i = 0; i < f.count; i++) {
    const a = attributeStride * f.a[i], b = attributeStride * f.b[i], c = attributeStride * f.c[i];
    const pa = f.ofA[i], pb = f.ofB[i], pc = f.ofC[i];
    f.lip[i] = pa * attributes[a + at.lip] + pb * attributes[b + at.lip] + pc * attributes[c + at.lip];
    f.beard[i] = pa * attributes[a + at.beard] + pb * attributes[b + at.beard] + pc * attributes[c + at.beard];
    f.browAcross[i] = pa * attributes[a + at.browAcross] + pb * attributes[b + at.browAcross] + pc * attributes[c + at.browAcross];
    f.browAlong[i] = pa * attributes[a + at.browAlong] + pb * attributes[b + at.browAlong] + pc * attributes[c + at.browAlong];
    f.localX[i] = pa * local[3 * f.a[i]] + pb * local[3 * f.b[i]] + pc * local[3 * f.c[i]];
  }
}
