import { smoothstep } from './fields.ts';
import type { Fragments } from './fragments.ts';
import { placeInHead } from './interpolate.ts';
import { light, highlight, type ShadingContext } from './shading.ts';
import type { Shader } from './shade-skin.ts';

/** The inside of the mouth in head space, cm. */
export interface MouthInside {
  /** Foremost point of the upper teeth's arch. */
  readonly front: number;
  readonly x: number;
  /** Height of the upper teeth's edge and of the gum above, and of the lower teeth's. */
  readonly upperEdge: number;
  readonly lowerEdge: number;
  readonly lowerShift: readonly [number, number];
  /** Corners and middle of the opening, for the shadow inside. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly tongue: number;
}

/** Measures the mouth of the built face; `neutral` is the same person without expression. */
export function mouthOf(coarse: Float32Array, neutral: Float32Array, jawDrop: readonly [number, number, number], tongue: number): MouthInside {
  const y = (v: number): number => neutral[3 * v + 1];
  return {
    front: neutral[3 * 13 + 2] - 0.75, x: 0, upperEdge: y(13) - 0.22, lowerEdge: y(13) - 0.2 + jawDrop[1], lowerShift: [jawDrop[0], jawDrop[2]],
    left: coarse[3 * 78], right: coarse[3 * 308], top: coarse[3 * 13 + 1], bottom: coarse[3 * 14 + 1], tongue,
  };
}

const halfWidth = 2.75;
const archDepth = 3.4;

/** Looks from the lens through the lips onto teeth (two arches), tongue and darkness. */
export function mouthShader(context: ShadingContext, mouth: MouthInside): Shader {
  const open = 0.15 + 0.85 * smoothstep(0.08, 0.6, mouth.top - mouth.bottom);
  return (f) => {
    placeInHead(context.workspace, f);
    const { kept: depth } = f;
    for (let i = 0; i < f.count; i++) {
      depth[i] = lookInside(context, mouth, open, f, i);
      f.occlusion[i] = 0.75 * depth[i];
    }
    light(context, f, 0.3);
    for (let i = 0; i < f.count; i++) {
      f.gloss[i] = 0.35 * depth[i];
      f.lit[i] *= 0.6;
    }
    f.octaves.fill(5);
    highlight(context, f);
  };
}

/** Gives the i-th point the colour and the normal of what is seen through it; how much light comes there, in [0, 1], where the lips let in `open`. */
function lookInside(context: ShadingContext, mouth: MouthInside, open: number, f: Fragments, i: number): number {
  const { lens } = context;
  const m = context.projection.rotation;
  const p = [f.localX[i], f.localY[i], f.localZ[i]];
  const d = [p[0] - lens[0], p[1] - lens[1], p[2] - lens[2]];
  const length = Math.hypot(d[0], d[1], d[2]);
  for (let k = 0; k < 3; k++) d[k] /= length;
  const upper = arch(p, d, mouth.x, mouth.front);
  const lower = arch(p, d, mouth.x + mouth.lowerShift[0], mouth.front - 0.25 + mouth.lowerShift[1]);
  const side = smoothstep(0, 0.9, Math.min(p[0] - mouth.left, mouth.right - p[0]));
  const under = smoothstep(0, 0.45, mouth.top - p[1]);
  const normal = [0, 0, 1];
  let depth = open * (0.25 + 0.75 * side * (0.5 + 0.5 * under));
  if (upper && upper[1] > mouth.upperEdge - 0.05 * Math.cos(upper[0] * 7.5)) {
    paintTooth(f, i, upper, mouth.x, upper[1] - mouth.upperEdge, 0.95);
    normal[0] = (0.6 * upper[0]) / halfWidth;
  } else if (lower && lower[1] < mouth.lowerEdge && mouth.upperEdge - mouth.lowerEdge > 0.06) {
    paintTooth(f, i, lower, mouth.x + mouth.lowerShift[0], mouth.lowerEdge - lower[1], 0.8);
    normal[0] = (0.6 * lower[0]) / halfWidth;
    depth *= 0.8;
  } else if (paintTongue(f, i, p, d, mouth, normal)) {
    depth *= 0.9;
  } else {
    const fall = smoothstep(mouth.upperEdge, mouth.lowerEdge - 0.3, p[1]);
    setColour(f, i, 0.1 + 0.33 * fall, 0.02 + 0.09 * fall, 0.02 + 0.1 * fall);
    depth *= 0.25 + 0.5 * fall;
  }
  const turned = [0, 3, 6].map((k) => m[k] * normal[0] + m[k + 1] * normal[1] + m[k + 2] * normal[2]);
  const k = 1 / (Math.sqrt(turned[0] * turned[0] + turned[1] * turned[1] + turned[2] * turned[2]) || 1);
  f.normalX[i] = turned[0] * k;
  f.normalY[i] = turned[1] * k;
  f.normalZ[i] = turned[2] * k;
  return depth;
}

function setColour(f: Fragments, i: number, red: number, green: number, blue: number): void {
  f.red[i] = red;
  f.green[i] = green;
  f.blue[i] = blue;
}

/** Where the ray meets the front of an elliptic arch standing upright, relative to nothing: a point of head space. */
function arch(p: ArrayLike<number>, d: readonly number[], x: number, front: number): [number, number, number] | undefined {
  const [px, pz] = [(p[0] - x) / halfWidth, (p[2] - (front - archDepth)) / archDepth];
  const [dx, dz] = [d[0] / halfWidth, d[2] / archDepth];
  const [a, b, c] = [dx * dx + dz * dz, px * dx + pz * dz, px * px + pz * pz - 1];
  const root = b * b - a * c;
  if (root < 0) return undefined;
  const t = c < 0 ? 0 : (-b - Math.sqrt(root)) / a;
  return [p[0] + t * d[0], p[1] + t * d[1], p[2] + t * d[2]];
}

/** The tongue, an ellipsoid on the floor of the mouth that comes forward with `tongue`: colours the i-th point, at `at`, where the ray meets it. */
function paintTongue(f: Fragments, i: number, at: readonly number[], d: readonly number[], mouth: MouthInside, normal: number[]): boolean {
  const gap = mouth.upperEdge - mouth.lowerEdge;
  if (gap < 0.3) return false;
  const centre = [mouth.x + mouth.lowerShift[0], mouth.lowerEdge - 0.55 + 0.45 * mouth.tongue, mouth.front - 3.6 + mouth.lowerShift[1] + 1.9 * mouth.tongue];
  const radii = [1.9, 0.75 + 0.1 * gap, 2.9];
  const p = [0, 1, 2].map((k) => (at[k] - centre[k]) / radii[k]);
  const q = [0, 1, 2].map((k) => d[k] / radii[k]);
  const a = q[0] * q[0] + q[1] * q[1] + q[2] * q[2];
  const b = p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
  const c = p[0] * p[0] + p[1] * p[1] + p[2] * p[2] - 1;
  const root = b * b - a * c;
  if (root < 0) return false;
  const t = Math.max(0, (-b - Math.sqrt(root)) / a);
  for (let k = 0; k < 3; k++) normal[k] = (p[k] + t * q[k]) / radii[k];
  const length = Math.hypot(normal[0], normal[1], normal[2]) || 1;
  for (let k = 0; k < 3; k++) normal[k] /= length;
  const groove = 0.8 + 0.2 * smoothstep(0, 0.25, Math.abs(p[0] + t * q[0]));
  setColour(f, i, 0.5 * groove, 0.17 * groove, 0.18 * groove);
  return true;
}

const seams: readonly number[] = [0, 0.86, 1.5, 2.1, 2.6];

function paintTooth(f: Fragments, i: number, hit: readonly number[], x: number, height: number, light: number): void {
  const from = Math.abs(hit[0] - x);
  let seam = 1;
  for (const s of seams) seam = Math.min(seam, Math.abs(from - s) / 0.07);
  const gap = 0.55 + 0.45 * Math.min(1, seam);
  const gum = smoothstep(0.85, 1.05, height);
  setColour(f, i, (0.72 + gum * -0.22) * gap * light, (0.68 + gum * -0.5) * gap * light, (0.58 + gum * -0.4) * gap * light);
}
