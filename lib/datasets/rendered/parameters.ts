/** Everything that decides a rendered face. Each aspect is drawn from a random stream of its own, so that changing one moves no other. */
export interface FaceParameters {
  readonly identity: Identity;
  /** Strengths in [0, 1], in the order of `expressionNames`. */
  readonly expression: Float32Array;
  readonly pose: Pose;
  readonly gaze: Gaze;
  readonly camera: Camera;
  readonly light: Light;
  readonly occluder?: Occluder;
  readonly background: Background;
  readonly sensor: Sensor;
  /** Colour of the clothes, linear RGB. */
  readonly clothes: Rgb;
}

export type Rgb = readonly [number, number, number];

export interface Identity {
  /** Standard-normal coordinates in the order of `shapeNames`. */
  readonly shape: Float32Array;
  /** Numbers in [0, 1] in the order of `appearanceNames`. */
  readonly appearance: Float32Array;
}

/** Degrees. Positive yaw turns the face to the picture's right, positive pitch up, positive roll clockwise; applied as roll(yaw(pitch(head))). */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

/** Where the eyes look, relative to the head, in degrees; the signs are those of the pose. */
export interface Gaze {
  readonly yaw: number;
  readonly pitch: number;
}

export interface Camera {
  /** Distance from the lens to the head's centre, in cm (perspective). */
  readonly distance: number;
  /** `crop`: aligned to the ArcFace template by the five landmarks; `photo`: the head somewhere in the picture. */
  readonly framing: Framing;
  /** Scale of the framing; 1 is the template itself (crop) or a face of 45 % of the picture's height (photo). */
  readonly zoom: number;
  /** Shift of the framing, in fractions of the picture's side, to the right and down. */
  readonly shift: readonly [number, number];
  /** Rotation added by an imperfect alignment, degrees clockwise. */
  readonly rotate: number;
}

export type Framing = 'crop' | 'photo';

export interface Light {
  /** Nine real spherical-harmonic coefficients of the irradiance for each of R, G and B, [9][3] in a row; order 1, y, z, x, xy, yz, 3z^2-1, xz, x^2-y^2. */
  readonly harmonics: Float32Array;
  /** Direction towards the lamp in camera space (x right, y up, z to the viewer), of unit length. */
  readonly direction: readonly [number, number, number];
  readonly colour: Rgb;
  /** Factor on the finished picture's linear values. */
  readonly exposure: number;
}

export type OccluderKind = 'glasses' | 'sunglasses' | 'hat' | 'cap' | 'hand' | 'mask';

export interface Occluder {
  readonly kind: OccluderKind;
  readonly colour: Rgb;
  /** Three numbers in [0, 1] that vary its shape and place. */
  readonly variation: readonly [number, number, number];
}

/** A photograph that may serve as background: RGB in [0, 1], row-major. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export interface Background {
  readonly kind: 'plain' | 'gradient' | 'bokeh' | 'room' | 'foliage' | 'picture';
  readonly colours: readonly Rgb[];
  /** Seed of its pattern. */
  readonly seed: number;
  readonly picture?: Picture;
}

export interface Sensor {
  /** Standard deviation of the noise, in units of the [0, 1] range. */
  readonly noise: number;
  /** Standard deviation of the Gaussian blur, in pixels at 256 (it scales with the size). */
  readonly blur: number;
  /** JPEG quality in 1..100; 0 leaves the picture uncompressed. */
  readonly jpeg: number;
  /** Seed of the noise. */
  readonly seed: number;
}

/** Names of the appearance numbers, each in [0, 1]. */
export const appearanceNames = [
  'skin-tone', 'skin-red', 'skin-yellow', 'freckles', 'moles', 'age', 'eye-hue', 'eye-light', 'brow-thickness', 'brow-density', 'brow-length',
  'lip-red', 'lip-dark', 'hair-dark', 'hair-red', 'hair-grey', 'hair-style', 'hair-length', 'hair-volume', 'hair-parting', 'fringe', 'hairline',
  'hair-curl', 'beard-cheeks', 'moustache', 'beard-chin', 'beard-length', 'eye-shadow', 'blush', 'gloss', 'eye-bags', 'stubble', 'lashes', 'pattern',
] as const;

export type AppearanceName = (typeof appearanceNames)[number];

/** One appearance number by its name. */
export const appearanceOf = (identity: Identity, name: AppearanceName): number => identity.appearance[appearanceNames.indexOf(name)];

/** The identity as one vector: shape, then appearance. */
export function identityVector(identity: Identity): Float32Array {
  const out = new Float32Array(identity.shape.length + identity.appearance.length);
  out.set(identity.shape);
  out.set(identity.appearance, identity.shape.length);
  return out;
}
