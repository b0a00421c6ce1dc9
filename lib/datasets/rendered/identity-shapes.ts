import { bumps, mapped, smoothstep, sum, type Field } from './fields.ts';
import { jawZone, upperZone } from './zones.ts';

/** One direction of identity: a name, what one standard deviation does to the mean face (cm), or nothing where it acts elsewhere. */
export interface ShapeDirection {
  readonly name: string;
  readonly field?: Field;
}

const shape = (name: string, field?: Field): ShapeDirection => ({ name, field });

/**
 * The directions of identity, designed for this project on the measured mean face; one unit is about one standard deviation of an
 * adult population, somewhat exaggerated so that faces can be told apart. The last ones act on the skull, ears and neck.
 */
export const identityShapes: readonly ShapeDirection[] = [
  shape('face-width', mapped(([x]) => [0.045 * x, 0, 0])),
  shape('face-length', mapped(([, y]) => [0, 0.05 * (y + 3), 0])),
  shape('face-depth', mapped(([, , z]) => [0, 0, 0.05 * (z + 5)])),
  shape('face-taper', mapped(([x, y]) => [0.012 * x * Math.max(-6, Math.min(6, y + 2)), 0, 0])),
  shape('jaw-width', bumps({ at: 172, radius: 3.4, move: [0.38, 0, 0] }, { at: 58, radius: 3, move: [0.2, 0, 0] })),
  shape('jaw-angle', bumps({ at: 58, radius: 3, move: [0.06, -0.4, 0] }, { at: 172, radius: 2.6, move: [0, -0.25, 0] })),
  shape('chin-width', bumps({ at: 149, radius: 2.2, move: [0.5, 0.05, 0.1] })),
  shape('chin-length', bumps({ at: 152, radius: [3.4, 2.6, 3.4], move: [0, -0.6, 0] })),
  shape('chin-forward', bumps({ at: 199, radius: 2.4, move: [0, 0, 0.5] })),
  shape('chin-cleft', bumps({ at: 199, radius: 0.45, move: [0, 0, -0.16] }, { at: 208, radius: 0.8, move: [0, 0, 0.1] })),
  shape('chin-point', bumps({ at: 152, radius: 1.4, move: [0, -0.3, 0.2] }, { at: 149, radius: 1.4, move: [-0.25, 0.1, 0] })),
  shape('cheekbone-width', bumps({ at: 116, radius: 2.6, move: [0.5, 0, 0.1] })),
  shape('cheekbone-forward', bumps({ at: 117, radius: 2.2, move: [0.15, 0.1, 0.45] })),
  shape('cheekbone-height', bumps({ at: 50, radius: 2.6, move: [0.1, 0.45, 0.1] })),
  shape('cheek-fullness', bumps({ at: 207, radius: 2.6, move: [0.35, 0, 0.4] }, { at: 214, radius: 2.4, move: [0.3, -0.05, 0.15] })),
  shape('temple-width', bumps({ at: 162, radius: 3.2, move: [0.4, 0, 0] })),
  shape('forehead-height', mapped(([, y]) => [0, 0.6 * smoothstep(2.2, 6, y), 0])),
  shape('forehead-slope', mapped(([, y]) => [0, 0, -0.55 * smoothstep(2.5, 6, y)])),
  shape('forehead-round', bumps({ at: 151, radius: [3.4, 1.8, 3], move: [0, 0, 0.3] })),
  shape('brow-ridge', bumps({ at: 52, radius: [2, 1, 2], move: [0, 0, 0.3] }, { at: 9, radius: [1.5, 0.9, 2], move: [0, 0, 0.22] })),
  shape('brow-height', bumps({ at: 105, radius: [2.4, 1.1, 3], move: [0, 0.3, 0] }, { at: 66, radius: [1.6, 0.9, 3], move: [0, 0.15, 0] })),
  shape('brow-tilt', bumps({ at: 70, radius: 1.3, move: [0, 0.32, 0] }, { at: 107, radius: 1.1, move: [0, -0.22, 0] })),
  shape('brow-arch', bumps({ at: 63, radius: 1, move: [0, 0.3, 0] }, { at: 107, radius: 0.9, move: [0, -0.1, 0] })),
  shape('brow-spacing', bumps({ at: 107, radius: 1.3, move: [0.28, 0, 0] })),
  shape('eye-spacing', bumps({ at: [-3.15, 0.1, 0.3], radius: [2.6, 1.9, 3], move: [0.28, 0, -0.04] })),
  shape('eye-width', bumps({ at: 33, radius: 1.3, move: [0.26, 0, 0] }, { at: 133, radius: 0.9, move: [-0.12, 0, 0] })),
  shape('eye-opening', bumps({ at: 159, radius: [1.5, 0.55, 2], move: [0, 0.16, 0] }, { at: 145, radius: [1.5, 0.5, 2], move: [0, -0.1, 0] })),
  shape('eye-tilt', bumps({ at: 33, radius: 1.3, move: [0, 0.24, 0] }, { at: 133, radius: 1, move: [0, -0.14, 0] })),
  shape('eye-depth', bumps({ at: [-3.15, 0.1, 0.3], radius: [1.9, 1.3, 3], move: [0, 0, -0.28] })),
  shape('eye-height', bumps({ at: [-3.15, 0.1, 0.3], radius: [2.3, 1.7, 3], move: [0, 0.22, 0] })),
  shape('lid-fold', bumps({ at: 27, radius: [1.6, 0.45, 2], move: [0, -0.16, 0.1] }, { at: 223, radius: [1.8, 0.6, 2], move: [0, -0.12, 0.2] })),
  shape('eye-bags', bumps({ at: 230, radius: [1.3, 0.5, 2], move: [0, -0.05, 0.16] })),
  shape('nose-length', mapped(([x, y, z]) => [0, -0.45 * noseZone(x, y, z) * smoothstep(0.8, -3.8, y), 0])),
  shape('nose-width', bumps({ at: 129, radius: [1.2, 1.2, 1.6], move: [0.34, 0, 0] }, { at: 98, radius: 0.8, move: [0.1, 0, 0] })),
  shape('nose-bridge-width', bumps({ at: 196, radius: [0.9, 1.8, 1.4], move: [0.2, 0, -0.03] })),
  shape('nose-bridge-height', bumps({ at: 6, radius: [1.1, 1.5, 2], move: [0, 0, 0.36] }, { at: 197, radius: [1, 1.4, 2], move: [0, 0, 0.15] })),
  shape('nose-bump', bumps({ at: 195, radius: [0.9, 0.8, 2], move: [0, 0, 0.26] }, { at: 4, radius: 0.8, move: [0, -0.08, -0.05] })),
  shape('nose-tip-up', bumps({ at: 1, radius: 1.2, move: [0, 0.36, 0.05] }, { at: 2, radius: 0.8, move: [0, 0.18, 0] })),
  shape('nose-forward', mapped(([x, y, z]) => [0, 0, 0.42 * noseZone(x, y, z) * smoothstep(1, -3.6, y)])),
  shape('nose-tip-width', bumps({ at: 45, radius: 0.8, move: [0.2, 0, 0.03] }, { at: 220, radius: 0.8, move: [0.16, 0, 0] })),
  shape('philtrum-length', mapped(([x, y]) => [0, -0.28 * smoothstep(-4.2, -5.4, y) * Math.exp(-((x / 4) ** 2)) * smoothstep(-12, -8, y), 0])),
  shape('mouth-width', bumps({ at: 61, radius: [1.9, 1.6, 2.4], move: [0.36, 0, -0.1] })),
  shape('mouth-height', mapped(([x, y]) => [0, 0.26 * Math.exp(-(((y + 6.4) / 2) ** 2) - (x / 3.6) ** 2), 0])),
  shape('upper-lip-fullness', sum(bumps({ at: 0, radius: [1.5, 0.5, 2], move: [0, 0.18, 0.12], zone: upperZone }, { at: 39, radius: [0.9, 0.5, 2], move: [0, 0.1, 0.04], zone: upperZone }))),
  shape('lower-lip-fullness', bumps({ at: 17, radius: [1.7, 0.6, 2], move: [0, -0.2, 0.14], zone: jawZone })),
  shape('lips-forward', mapped(([x, y]) => [0, 0, 0.32 * Math.exp(-(((y + 6.4) / 1.5) ** 2) - (x / 2.2) ** 2)])),
  shape('mouth-corner-tilt', bumps({ at: 61, radius: 1, move: [0, 0.18, 0] })),
  shape('cupid-bow', bumps({ at: 37, radius: 0.45, move: [0, 0.12, 0.04], zone: upperZone }, { at: 0, radius: 0.3, move: [0, -0.08, 0], zone: upperZone })),
  shape('skull-height'), shape('skull-width'), shape('skull-depth'), shape('ear-size'), shape('ear-angle'), shape('neck-width'),
];

function noseZone(x: number, y: number, z: number): number {
  const width = 0.9 + 1.1 * smoothstep(0.5, -3.5, y);
  return Math.exp(-((x / width) ** 4)) * smoothstep(-5.2, -4.2, y) * smoothstep(2.2, 0.6, y) * smoothstep(0.3, 1.6, z + 0.2 * Math.max(0, y));
}

export const shapeNames: readonly string[] = identityShapes.map((s) => s.name);
export const shapeIndex = (name: string): number => shapeNames.indexOf(name);
