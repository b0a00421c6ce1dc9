import { lowerLip, mouthCorners, rightEyeCorners, rightLowerLid, rightUpperCrease, rightUpperLid, upperLip } from './anatomy.ts';
import { bumps, smoothstep, type Bump } from './fields.ts';
import { coarseVertices, onFine, type HeadMesh } from './head-mesh.ts';
import { mirrorVertex } from './mirror.ts';

/** Weights in [0, 1] per fine vertex that tell the skin's regions apart. */
export interface SkinMasks {
  readonly lip: Float32Array;
  readonly blush: Float32Array;
  readonly noseRed: Float32Array;
  readonly eyeSocket: Float32Array;
  readonly underEye: Float32Array;
  readonly nostril: Float32Array;
  /** The lids' edges (lashes) and the fold above. */
  readonly lash: Float32Array;
  readonly crease: Float32Array;
  readonly moustache: Float32Array;
  readonly chin: Float32Array;
  readonly cheeks: Float32Array;
}

/** The masks on the subdivided mean head. */
export function skinMasks(mesh: HeadMesh, mean: Float32Array): SkinMasks {
  const region = (...list: readonly Omit<Bump, 'move'>[]): Float32Array => {
    const field = bumps(...list.map((b): Bump => ({ ...b, move: [0, 1, 0] })));
    const coarse = new Float32Array(coarseVertices);
    for (let i = 0; i < 468; i++) coarse[i] = Math.min(1, field[3 * i + 1]);
    return onFine(mesh, coarse, 1);
  };
  return {
    lip: lipMask(mesh),
    blush: region({ at: 50, radius: 2 }, { at: 205, radius: 1.6 }),
    noseRed: region({ at: 4, radius: 1.2 }, { at: 129, radius: 0.9 }),
    eyeSocket: region({ at: 27, radius: [1.6, 0.8, 2] }, { at: 56, radius: 0.7 }),
    underEye: region({ at: 230, radius: [1.3, 0.5, 2] }, { at: 232, radius: 0.7 }),
    nostril: region({ at: [-0.9, -3.9, 2.95], radius: [0.42, 0.24, 0.55] }),
    lash: lidLine(mesh),
    crease: region({ at: 98, radius: 0.5 }, { at: 203, radius: 0.5 }, { at: 206, radius: 0.6 }, { at: 61, radius: 0.35 }),
    moustache: byPoint(mean, (x, y, z) => smoothstep(-4.25, -4.8, y) * smoothstep(-6.7, -6.2, y) * smoothstep(3.3, 2.4, Math.abs(x)) * smoothstep(0, 1, z)),
    chin: byPoint(mean, (x, y) => smoothstep(3, 1.9, Math.abs(x)) * smoothstep(-7.3, -8.1, y)),
    cheeks: byPoint(mean, (x, y, z) => smoothstep(-4.2, -6.8, y + 0.9 * smoothstep(3, 6.5, Math.abs(x)) * -3.2) * smoothstep(2.2, 3.6, Math.abs(x)) * smoothstep(-8.2, -6, z)),
  };
}

/** 1 inside the lips, 1/2 on their outer edge, so that the edge lies where the mask crosses a half. */
function lipMask(mesh: HeadMesh): Float32Array {
  const coarse = new Float32Array(coarseVertices);
  for (const v of [...upperLip, ...lowerLip, ...mouthCorners]) coarse[v] = 1;
  for (const v of [61, 291, ...upperLip.slice(0, 9), ...lowerLip.slice(0, 9)]) coarse[v] = 0.62;
  return onFine(mesh, coarse, 1);
}

/** 1 along the upper lid's edge, less along the lower one and the fold above. */
function lidLine(mesh: HeadMesh): Float32Array {
  const coarse = new Float32Array(coarseVertices);
  const set = (list: readonly number[], value: number): void => {
    for (const v of list) coarse[v] = coarse[mirrorVertex[v]] = value;
  };
  set(rightUpperCrease, 0.22);
  set(rightLowerLid, 0.4);
  set(rightUpperLid, 1);
  set(rightEyeCorners, 0.7);
  return onFine(mesh, coarse, 1);
}

function byPoint(mean: Float32Array, f: (x: number, y: number, z: number) => number): Float32Array {
  return Float32Array.from({ length: mean.length / 3 }, (_, i) => f(mean[3 * i], mean[3 * i + 1], mean[3 * i + 2]));
}
