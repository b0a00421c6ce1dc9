import type { Stream } from '../../random/stream.ts';
import { expressionNames } from './expression-shapes.ts';
import { moods } from './draw-person.ts';
import type { FaceParameters, Light } from './parameters.ts';
import type { Preset } from './preset-names.ts';

/** Camera positions of Multi-PIE as [yaw, pitch] of the face in the picture, in degrees: 13 at head height, 15 apart, and two from above. */
export const mpiePoses: readonly (readonly [number, number])[] = [
  ...Array.from({ length: 13 }, (_, k): [number, number] => [-90 + 15 * k, 0]), [-45, -25], [45, -25],
];

/** Illuminations of Multi-PIE: 0 is the room alone, 1 to 18 one flash each, as [azimuth, height] in degrees. */
export const mpieFlashes: readonly (readonly [number, number] | undefined)[] = [
  undefined, ...Array.from({ length: 13 }, (_, k): [number, number] => [-90 + 15 * k, 5]), [-60, 40], [-30, 45], [0, 50], [30, 45], [60, 40],
];

/** Multi-PIE's expressions; every session has neutral. */
export const mpieExpressions = ['neutral', 'smile', 'surprise', 'squint', 'disgust', 'scream'] as const;

/** Pictures of one person in `like-mpie`: every expression from every camera position under every illumination. */
export const mpieViews = mpiePoses.length * mpieFlashes.length * mpieExpressions.length;

/** From one view to the next: it shares no divisor with their number, so that each comes once, and the first few already differ in position, light and expression. */
const mpieStep = 1057;

/** `base` with what the preset decides, for the index-th sample. */
export function presetScene(preset: Preset, index: number, base: FaceParameters, at: Stream): FaceParameters {
  if (preset === 'like-mpie') return mpieScene(index, base);
  if (preset === 'like-lpff') return { ...base, pose: largePose(base, at) };
  const yaw = 35 * (at.at('yaw').uniform() - at.at('yaw', 2).uniform());
  const talk = expressionOf([['jaw-open', 0.4 * at.at('open').uniform()], ['funnel', 0.4 * at.at('funnel').uniform()], ['lip-stretch', 0.3 * at.at('stretch').uniform()], ['blink-left', 0], ['blink-right', 0]]);
  const expression = at.at('talking').uniform() < 0.7 ? talk : base.expression;
  return { ...base, expression, pose: { yaw, pitch: 0.5 * base.pose.pitch, roll: 0.5 * base.pose.roll }, sensor: { ...base.sensor, jpeg: 60 + at.at('quality').integer(30) } };
}

function mpieScene(index: number, base: FaceParameters): FaceParameters {
  const view = ((index % mpieViews) * mpieStep) % mpieViews;
  const [expressions, flashes] = [mpieExpressions.length, mpieFlashes.length];
  const [yaw, pitch] = mpiePoses[Math.floor(view / (expressions * flashes))];
  const { occluder: _, ...rest } = base;
  const name = mpieExpressions[view % expressions];
  return {
    ...rest, pose: { yaw, pitch, roll: 0 }, light: mpieLight(mpieFlashes[Math.floor(view / expressions) % flashes]), expression: mpieExpression(name), gaze: { yaw: 0, pitch: 0 },
    background: { kind: 'plain', colours: [[0.25, 0.27, 0.3], [0.2, 0.2, 0.22], [0.2, 0.2, 0.2], [0.2, 0.2, 0.2]], seed: base.background.seed }, sensor: { ...base.sensor, jpeg: 0, blur: 0 },
  };
}

function mpieExpression(name: (typeof mpieExpressions)[number]): Float32Array {
  if (name === 'neutral') return expressionOf([]);
  if (name === 'squint') return expressionOf([['squint', 1], ['cheek-raise', 0.6], ['nose-wrinkle', 0.3]]);
  return expressionOf(moods[name === 'scream' ? 'shout' : name]);
}

/** Strengths of named blend shapes as a vector; the rest are 0. */
export function expressionOf(strengths: readonly (readonly [string, number])[]): Float32Array {
  const out = new Float32Array(expressionNames.length);
  for (const [name, value] of strengths) out[expressionNames.indexOf(name)] = value;
  return out;
}

function mpieLight(flash: readonly [number, number] | undefined): Light {
  const harmonics = new Float32Array(27);
  const ambient = flash ? 0.3 : 0.75;
  harmonics.fill(ambient, 0, 3);
  harmonics.fill(0.2 * ambient, 3, 6);
  harmonics.fill(0.15 * ambient, 6, 9);
  const [azimuth, height] = (flash ?? [0, 60]).map((d) => (d * Math.PI) / 180);
  const strength = flash ? 0.75 : 0.1;
  return {
    harmonics, direction: [Math.sin(azimuth) * Math.cos(height), Math.sin(height), Math.cos(azimuth) * Math.cos(height)], colour: [strength, strength, strength], exposure: 1,
  };
}

function largePose(base: FaceParameters, at: Stream): FaceParameters['pose'] {
  const sign = at.at('side').uniform() < 0.5 ? -1 : 1;
  if (at.at('kind').uniform() < 0.8) return { ...base.pose, yaw: sign * (30 + 60 * at.at('yaw').uniform()) };
  return { ...base.pose, yaw: 0.5 * base.pose.yaw, pitch: sign * (20 + 20 * at.at('pitch').uniform()) };
}
