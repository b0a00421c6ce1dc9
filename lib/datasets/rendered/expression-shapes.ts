import { rightLowerLid, rightUpperCrease, rightUpperFold, rightUpperLid } from './anatomy.ts';
import { bumps, mapped, meanPoint, smoothstep, sum, type Bump, type Field, type Vec3 } from './fields.ts';
import { mirrorVertex } from './mirror.ts';
import { jawZone, upperZone } from './zones.ts';

/** One blend shape of expression: full strength (1) displaces the mean face by `field`, in cm. */
export interface ExpressionShape {
  readonly name: string;
  /** The action units of the Facial Action Coding System that it resembles. */
  readonly units: string;
  readonly field: Field;
}

const shape = (name: string, units: string, field: Field): ExpressionShape => ({ name, units, field });

/** Blend shapes designed on the measured mean face; "left" and "right" are the subject's own. */
export const expressionShapes: readonly ExpressionShape[] = [
  shape('jaw-open', 'AU26+27', jawRotation(21)),
  shape('jaw-left', 'AU30', mapped((_, i) => [0.8 * jawZone[i], 0, 0])),
  shape('jaw-right', 'AU30', mapped((_, i) => [-0.8 * jawZone[i], 0, 0])),
  shape('jaw-forward', 'AU29', mapped((_, i) => [0, 0, 0.7 * jawZone[i]])),
  shape('smile-left', 'AU6+12', oneSide(1, smile())),
  shape('smile-right', 'AU6+12', oneSide(-1, smile())),
  shape('frown', 'AU15', bumps({ at: 61, radius: 1.2, move: [0.08, -0.6, 0] }, { at: 202, radius: 1.3, move: [0.1, -0.2, 0.05] })),
  shape('pucker', 'AU18', sum(bumps({ at: 61, radius: [1.6, 1.4, 2], move: [-1, 0, 0.35] }), bumps({ at: 13, radius: [1.8, 1.2, 2], move: [0, 0, 0.5] }))),
  shape('funnel', 'AU22', sum(bumps({ at: 61, radius: [1.5, 1.4, 2], move: [-0.7, 0, 0.3] }), bumps(
    { at: 0, radius: [1.5, 0.9, 2], move: [0, 0.25, 0.45], zone: upperZone }, { at: 17, radius: [1.5, 0.9, 2], move: [0, -0.35, 0.4], zone: jawZone }))),
  shape('lip-stretch', 'AU20', bumps({ at: 61, radius: [1.6, 1.2, 2], move: [0.6, -0.12, -0.25] })),
  shape('lip-press', 'AU24', bumps({ at: 0, radius: [2.2, 0.5, 2], move: [0, -0.16, -0.08], zone: upperZone }, { at: 17, radius: [2.2, 0.6, 2], move: [0, 0.2, -0.08], zone: jawZone })),
  shape('upper-lip-raise', 'AU10', bumps({ at: 0, radius: [2, 1.1, 2], move: [0, 0.5, 0.06], zone: upperZone }, { at: 203, radius: 1, move: [0.05, 0.3, 0.08], zone: upperZone })),
  shape('lower-lip-drop', 'AU16', bumps({ at: 17, radius: [2, 1.1, 2], move: [0, -0.55, 0.05], zone: jawZone })),
  shape('chin-raise', 'AU17', bumps({ at: 199, radius: [1.8, 1.3, 2], move: [0, 0.35, 0.15], zone: jawZone }, { at: 17, radius: [1.8, 0.7, 2], move: [0, 0.16, 0.1] }, { at: 13, radius: [1.8, 0.5, 2], move: [0, 0.1, 0.03] })),
  shape('dimple', 'AU14', bumps({ at: 61, radius: 0.8, move: [0.25, 0.05, -0.3] })),
  shape('cheek-puff', 'AU34', bumps({ at: 207, radius: 2, move: [0.55, 0, 0.6] })),
  shape('nose-wrinkle', 'AU9', bumps({ at: 129, radius: 1.1, move: [0.08, 0.3, 0.05] }, { at: 193, radius: 0.9, move: [-0.08, -0.12, 0.08] }, { at: 0, radius: 1.5, move: [0, 0.16, 0], zone: upperZone })),
  shape('cheek-raise', 'AU6', bumps({ at: 117, radius: 1.5, move: [0, 0.4, 0.2] }, { at: 230, radius: [1.4, 0.6, 2], move: [0, 0.16, 0.08] })),
  shape('brow-inner-up', 'AU1', bumps({ at: 107, radius: [1.5, 1.3, 2], move: [-0.05, 0.6, 0.03] })),
  shape('brow-outer-up', 'AU2', bumps({ at: 63, radius: [1.7, 1.3, 3], move: [0, 0.6, 0] }, { at: 70, radius: [1.4, 1.2, 3], move: [0, 0.25, 0] })),
  shape('brow-down', 'AU4', bumps({ at: 107, radius: [1.4, 1.2, 2], move: [-0.22, -0.45, 0.08] }, { at: 105, radius: [1.6, 1, 3], move: [-0.12, -0.28, 0.03] })),
  shape('eyes-wide', 'AU5', lids(0.24, -0.06)),
  shape('squint', 'AU7', lids(-0.2, 0.2)),
  shape('blink-left', 'AU43', oneSide(1, blink())),
  shape('blink-right', 'AU43', oneSide(-1, blink())),
  shape('tongue-out', 'AU19', mapped(() => [0, 0, 0])),
];

export const expressionNames: readonly string[] = expressionShapes.map((s) => s.name);
export const expressionIndex = (name: string): number => expressionNames.indexOf(name);

/** The lower jaw turned down by `degrees` about the joints in front of the ears. */
function jawRotation(degrees: number): Field {
  const angle = (degrees * Math.PI) / 180;
  const [jointY, jointZ] = [-2.2, -6];
  return mapped(([, y, z], i) => {
    const [dy, dz] = [y - jointY, z - jointZ];
    const turnedY = dy * Math.cos(angle) - dz * Math.sin(angle);
    const turnedZ = dy * Math.sin(angle) + dz * Math.cos(angle);
    return [0, jawZone[i] * (turnedY - dy), jawZone[i] * (turnedZ - dz)];
  });
}

function smile(): Field {
  const lift: Bump = { at: 61, radius: [1.7, 1.5, 2.2], move: [0.62, 0.62, -0.32] };
  const cheek: Bump = { at: 50, radius: [2, 1.5, 2.4], move: [0.12, 0.32, 0.3] };
  const fold: Bump = { at: 206, radius: [0.9, 1, 1.4], move: [0.3, 0.18, 0.06] };
  const upper: Bump = { at: 0, radius: [2, 0.6, 2], move: [0, 0.12, -0.08], zone: upperZone };
  const lower: Bump = { at: 17, radius: [2, 0.6, 2], move: [0, 0.06, -0.06], zone: jawZone };
  const lid: Bump = { at: 145, radius: [1.4, 0.5, 2], move: [0, 0.1, 0.02] };
  return bumps(lift, cheek, fold, upper, lower, lid);
}

/** Upper lids moved by `upper` cm and lower lids by `lower` cm, fading to the corners. */
function lids(upper: number, lower: number): Field {
  const field = new Float32Array(468 * 3);
  const set = (vertex: number, y: number): void => {
    for (const v of [vertex, mirrorVertex[vertex]]) field[3 * v + 1] += y;
  };
  const fade = [0.45, 0.8, 0.95, 1, 0.95, 0.8, 0.45];
  fade.forEach((f, k) => {
    set(rightUpperLid[k], upper * f);
    set(rightUpperCrease[k], 0.6 * upper * f);
    set(rightUpperFold[k], 0.2 * upper * f);
    set(rightLowerLid[k], lower * f);
  });
  return field;
}

/** The upper lids brought down onto the lower ones. */
function blink(): Field {
  const field = new Float32Array(468 * 3);
  const move = (vertex: number, d: Vec3, k: number): void => {
    const m = mirrorVertex[vertex];
    for (const [v, side] of [[vertex, 1], [m, -1]] as const) {
      field[3 * v] += side * k * d[0];
      field[3 * v + 1] += k * d[1];
      field[3 * v + 2] += k * d[2];
    }
  };
  rightUpperLid.forEach((vertex, k) => {
    const up = meanPoint(vertex);
    const low = meanPoint(rightLowerLid[k]);
    const d: Vec3 = [low[0] - up[0], low[1] - up[1], low[2] - up[2]];
    move(vertex, [d[0], d[1], d[2] + 0.12], 0.94);
    move(rightUpperCrease[k], [d[0], d[1], d[2] + 0.12], 0.5);
    move(rightUpperFold[k], d, 0.1);
    move(rightLowerLid[k], [0, 0.05, 0], 1);
  });
  return field;
}

/** The half of a symmetric field on one side (1: the subject's left, x > 0), blended over the middle centimetre. */
function oneSide(side: 1 | -1, field: Field): Field {
  return mapped(([x], i) => {
    const weight = smoothstep(-0.6, 0.6, side * x);
    return [weight * field[3 * i], weight * field[3 * i + 1], weight * field[3 * i + 2]];
  });
}
