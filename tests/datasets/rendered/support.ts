import { drawIdentity } from '../../../lib/datasets/rendered/draw-person.ts';
import type { FaceParameters, Identity } from '../../../lib/datasets/rendered/parameters.ts';
import { appearanceNames } from '../../../lib/datasets/rendered/parameters.ts';
import { expressionOf } from '../../../lib/datasets/rendered/presets.ts';
import { shapeNames } from '../../../lib/datasets/rendered/identity-shapes.ts';
import { stream } from '../../../lib/random/stream.ts';

/** The mean face, bald and plain. */
export const meanPerson: Identity = { shape: new Float32Array(shapeNames.length), appearance: new Float32Array(appearanceNames.length) };

export const somebody = (k: number): Identity => drawIdentity(stream(77, 'person', k));

/** A frontal, evenly lit, neutral picture without sensor defects; `change` replaces parts of it. */
export function plain(change: Partial<FaceParameters> = {}): FaceParameters {
  const harmonics = new Float32Array(27);
  harmonics.fill(0.6, 0, 3);
  return {
    identity: meanPerson, expression: expressionOf([]), pose: { yaw: 0, pitch: 0, roll: 0 }, gaze: { yaw: 0, pitch: 0 },
    camera: { distance: 120, framing: 'crop', zoom: 1, shift: [0, 0], rotate: 0 },
    light: { harmonics, direction: [0, 0.6, 0.8], colour: [0.4, 0.4, 0.4], exposure: 1 },
    background: { kind: 'plain', colours: [[0.2, 0.3, 0.5], [0.2, 0.3, 0.5], [0.2, 0.3, 0.5], [0.2, 0.3, 0.5]], seed: 1 },
    sensor: { noise: 0, blur: 0, jpeg: 0, seed: 1 }, clothes: [0.1, 0.1, 0.1], ...change,
  };
}

export const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((s, x) => s + x, 0) / values.length;
