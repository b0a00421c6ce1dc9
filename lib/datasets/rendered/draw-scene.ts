import type { Stream } from '../../random/stream.ts';
import type { Background, Camera, FaceParameters, Framing, Gaze, Light, Occluder, OccluderKind, Picture, Pose, Rgb, Sensor } from './parameters.ts';

/** Everything but the person and the expression. */
export type Scene = Omit<FaceParameters, 'identity' | 'expression'>;

export interface SceneOptions {
  readonly framing?: Framing;
  /** Limits of the pose in degrees; default 60, 25, 15. */
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  /** Share of the pictures with an occluder, in [0, 1]; default 0.15. */
  readonly occluded?: number;
  readonly occluders?: readonly OccluderKind[];
  /** Photographs for backgrounds; used for half the pictures when given. */
  readonly pictures?: readonly Picture[];
  /** How strong sensor defects are, 0 (none) to 1; default 0.5. */
  readonly defects?: number;
}

/** A random scene; every aspect is drawn from its own child of `stream`. */
export function drawScene(stream: Stream, options: SceneOptions = {}): Scene {
  const occluder = drawOccluder(stream.at('occluder'), options);
  return {
    pose: drawPose(stream.at('pose'), options),
    gaze: drawGaze(stream.at('gaze')),
    camera: drawCamera(stream.at('camera'), options.framing ?? 'crop'),
    light: drawLight(stream.at('light')),
    ...(occluder ? { occluder } : {}),
    background: drawBackground(stream.at('background'), options.pictures ?? []),
    sensor: drawSensor(stream.at('sensor'), options.defects ?? 0.5),
    clothes: colour(stream.at('clothes'), 0.02, 0.7),
  };
}

/** Yaw is denser near the front (the mean of two uniform numbers on half the draws), pitch and roll are triangular; people mostly look a little down into a lens. */
export function drawPose(stream: Stream, limits: { readonly yaw?: number; readonly pitch?: number; readonly roll?: number }): Pose {
  const flat = (name: string): number => 2 * stream.at(name).uniform() - 1;
  const hat = (name: string): number => stream.at(name, 'a').uniform() - stream.at(name, 'b').uniform();
  const limit = limits.pitch ?? 25;
  const yaw = stream.at('mix').uniform() < 0.5 ? flat('yaw') : hat('yaw');
  return { yaw: yaw * (limits.yaw ?? 60), pitch: clampTo(hat('pitch') * limit - 5, limit), roll: hat('roll') * (limits.roll ?? 15) };
}

const clampTo = (x: number, limit: number): number => Math.min(limit, Math.max(-limit, x));

function drawGaze(stream: Stream): Gaze {
  return { yaw: 22 * (stream.at('yaw').uniform() - stream.at('yaw', 2).uniform()), pitch: 12 * (stream.at('pitch').uniform() - stream.at('pitch', 2).uniform()) };
}

function drawCamera(stream: Stream, framing: Framing): Camera {
  const around = (name: string, spread: number): number => spread * (stream.at(name).uniform() + stream.at(name, 2).uniform() - 1);
  const distance = 45 + 140 * stream.at('distance').uniform();
  if (framing === 'crop') return { distance, framing, zoom: 1 + around('zoom', 0.04), shift: [around('x', 0.02), around('y', 0.02)], rotate: around('rotate', 2) };
  return { distance, framing, zoom: 0.8 + 0.5 * stream.at('zoom').uniform(), shift: [around('x', 0.15), around('y', 0.1)], rotate: 0 };
}

/** Ambient light from a sky and a ground of slightly different colours plus one lamp; exposure is set so that faces are neither black nor burnt. */
export function drawLight(stream: Stream): Light {
  const u = (name: string): number => stream.at(name).uniform();
  const ambient = 0.3 + 0.4 * u('ambient');
  const warmth = 0.16 * (u('warmth') - 0.5);
  const harmonics = new Float32Array(27);
  for (let k = 0; k < 9; k++) {
    const spread = k === 0 ? 0 : k < 4 ? 0.32 : 0.1;
    const common = k === 0 ? 1 : spread * stream.at('harmonic', k).normal() + (k === 1 ? 0.34 : k === 2 ? 0.2 : 0);
    for (let c = 0; c < 3; c++) {
      const tint = 1 + (1 - c) * warmth + 0.05 * stream.at('tint', k, c).normal();
      harmonics[3 * k + c] = ambient * Math.max(-0.6, Math.min(k === 0 ? 1 : 0.6, common)) * tint;
    }
  }
  const azimuth = (u('azimuth') + u('azimuth-2') - 1) * 1.75;
  const height = 0.2 + 0.8 * u('height');
  const strength = (1 - ambient) * (0.6 + 1.2 * u('lamp'));
  const lampWarmth = 0.3 * (u('lamp-warmth') - 0.35);
  const flat = Math.cos(height);
  return {
    harmonics, direction: [Math.sin(azimuth) * flat, Math.sin(height), Math.cos(azimuth) * flat],
    colour: [strength * (1 + lampWarmth), strength, strength * (1 - lampWarmth)], exposure: Math.exp(0.45 * (u('exposure') - 0.5)),
  };
}

function drawOccluder(stream: Stream, options: SceneOptions): Occluder | undefined {
  const kinds = options.occluders ?? ['glasses', 'glasses', 'sunglasses', 'hat', 'cap', 'hand', 'mask'];
  if (stream.at('present').uniform() >= (options.occluded ?? 0.15) || kinds.length === 0) return undefined;
  const kind = stream.at('kind').pick(kinds);
  const v = (k: number): number => stream.at('variation', k).uniform();
  return { kind, colour: kind === 'glasses' ? colour(stream.at('colour'), 0.005, 0.15) : colour(stream.at('colour'), 0.01, 0.8), variation: [v(0), v(1), v(2)] };
}

function drawBackground(stream: Stream, pictures: readonly Picture[]): Background {
  const colours = [0, 1, 2, 3].map((k) => colour(stream.at('colour', k), 0.01, 0.8));
  const seed = stream.at('seed').integer(0x7fffffff);
  if (pictures.length > 0 && stream.at('photographic').uniform() < 0.5) return { kind: 'picture', colours, seed, picture: stream.at('picture').pick(pictures) };
  return { kind: stream.at('kind').pick(['plain', 'gradient', 'bokeh', 'room', 'foliage'] as const), colours, seed };
}

function drawSensor(stream: Stream, defects: number): Sensor {
  const u = (name: string): number => stream.at(name).uniform();
  return {
    noise: defects * 0.03 * u('noise') ** 2, blur: defects * (u('soft') < 0.3 ? 2 * u('blur') : 0),
    jpeg: defects > 0 && u('jpeg') < 0.6 ? Math.round(98 - 50 * defects * u('quality')) : 0, seed: stream.at('seed').integer(0x7fffffff),
  };
}

function colour(stream: Stream, low: number, high: number): Rgb {
  const value = low + (high - low) * stream.at('value').uniform() ** 2;
  const saturation = 0.6 * stream.at('saturation').uniform();
  const hue = 6 * stream.at('hue').uniform();
  const channel = (shift: number): number => value * (1 - saturation * Math.min(1, Math.max(0, Math.abs(((hue + shift) % 6) - 3) - 1)));
  return [channel(0), channel(4), channel(2)];
}
