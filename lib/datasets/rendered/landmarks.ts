import { placeContour } from './contour.ts';
import { headModel } from './head-model.ts';
import type { Workspace } from './workspace.ts';

/** The 68 iBUG landmarks in pixels, [68][2], from the projected head; `scale` samples a pixel. */
export function landmarks68(w: Workspace, rotation: readonly number[], scale: number): Float32Array {
  const out = new Float32Array(136);
  placeContour(w, headModel().contour, rotation, scale, out);
  headModel().landmarks.forEach((point, k) => {
    if (k < 17) return;
    for (const [v, weight] of point) {
      out[2 * k] += (weight * w.screenX[v]) / scale;
      out[2 * k + 1] += (weight * w.screenY[v]) / scale;
    }
  });
  return out;
}

/** The five ArcFace landmarks, [5][2], from the 68: eye centres (the picture's left first), nose tip, mouth corners. */
export function landmarks5(p: Float32Array): Float32Array {
  const mean = (from: number, to: number, axis: number): number => {
    let sum = 0;
    for (let k = from; k < to; k++) sum += p[2 * k + axis];
    return sum / (to - from);
  };
  return Float32Array.of(mean(36, 42, 0), mean(36, 42, 1), mean(42, 48, 0), mean(42, 48, 1), p[60], p[61], p[96], p[97], p[108], p[109]);
}
