import { addShare, blendEdges, keepShare } from './edges.ts';
import { runLength, type Queue } from './fragments.ts';
import { locate } from './interpolate.ts';
import { writeTruth, type Layers } from './layers.ts';
import { material } from './materials.ts';
import type { Shader } from './shade-skin.ts';
import type { Workspace } from './workspace.ts';

/**
 * Shades each pixel from its 2 x 2 samples: once where they see one surface, once per surface where they do not, so that edges are
 * smooth at the price of the few pixels on them. Points wait in their material's queue until a run of them is shaded at once.
 */
export function resolve(w: Workspace, size: number, shaders: readonly (Shader | undefined)[], out: Layers): void {
  const { ids, side } = w.samples;
  const { materials } = w;
  const { queues, edges } = w.shading;
  const flush = (of: number): void => shadeRun(w, of, shaders[of] as Shader, out);
  const four = new Int32Array(4);
  edges.count = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = 2 * y * side + 2 * x;
      const a = ids[at], b = ids[at + 1], c = ids[at + side], d = ids[at + side + 1];
      if (a < 0 && b < 0 && c < 0 && d < 0) continue;
      const of = a < 0 ? -1 : materials[a];
      if (a >= 0 && b >= 0 && c >= 0 && d >= 0 && of === materials[b] && of === materials[c] && of === materials[d]) {
        if (enqueue(queues[of], a, 2 * x + 1, 2 * y + 1, y * size + x)) flush(of);
        continue;
      }
      four[0] = a;
      four[1] = b;
      four[2] = c;
      four[3] = d;
      enqueueShares(w, four, x, y, y * size + x, flush);
    }
  }
  queues.forEach((queue, of) => queue.count > 0 && flush(of));
  blendEdges(edges, out);
}

/** Adds a sample to a queue; whether the queue is full now. A target of 0 or more is a pixel, one below that a share of an edge: -1 - its number. */
function enqueue(queue: Queue, triangle: number, x: number, y: number, target: number): boolean {
  const i = queue.count++;
  queue.triangle[i] = triangle;
  queue.x[i] = x;
  queue.y[i] = y;
  queue.target[i] = target;
  return i + 1 === runLength;
}

/** Adds one sample for each surface that a pixel's four samples see. */
function enqueueShares(w: Workspace, four: Int32Array, x: number, y: number, pixel: number, flush: (of: number) => void): void {
  const { queues, edges } = w.shading;
  for (let k = 0; k < 4; k++) {
    if (four[k] < 0) continue;
    const of = w.materials[four[k]];
    let first = k, count = 0;
    for (let j = 0; j < 4; j++) {
      if (four[j] < 0 || w.materials[four[j]] !== of) continue;
      if (j < first) first = j;
      count++;
    }
    if (first < k) continue;
    if (enqueue(queues[of], four[k], 2 * x + 0.5 + (k & 1), 2 * y + 0.5 + (k >> 1), -1 - addShare(edges, pixel, count))) flush(of);
  }
}

function shadeRun(w: Workspace, of: number, shader: Shader, out: Layers): void {
  const { fragments: f, queues, edges } = w.shading;
  const queue = queues[of];
  // what is not closed may be seen from behind
  locate(w, queue, f, of >= material.hair);
  shader(f);
  for (let i = 0; i < f.count; i++) {
    const target = queue.target[i];
    if (target < 0) {
      keepShare(edges, -1 - target, f, i);
      continue;
    }
    out.colour[3 * target] = f.red[i];
    out.colour[3 * target + 1] = f.green[i];
    out.colour[3 * target + 2] = f.blue[i];
    writeTruth(out, target, f.part[i], -f.viewZ[i], f.normalX[i], f.normalY[i], f.normalZ[i]);
  }
  queue.count = 0;
}
