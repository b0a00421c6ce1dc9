import { appearanceOf, type Identity } from './parameters.ts';

/** The shape of a head of hair. */
export interface HairStyle {
  readonly name: string;
  /** Thickness over the skull in cm; 0 for none. */
  readonly thickness: number;
  /** Height of lumps and curls in cm, and their size. */
  readonly wobble: number;
  readonly wobbleSize: number;
  /** Raggedness of the hairline in cm. */
  readonly ragged: number;
  /** Hair hanging down at the sides and the back: to this height in head space (cm), from this angle off the front (degrees). */
  readonly curtain?: { readonly bottom: number; readonly front: number; readonly wave: number };
  /** A bun at the back of the head, radius in cm. */
  readonly bun?: number;
  /** How far a fringe comes down the forehead, cm below the hairline; 0 for none. */
  readonly fringe: number;
  /** Whether the strands fall to both sides of a parting rather than back from the forehead. */
  readonly parted: boolean;
}

type Recipe = (length: number, volume: number, curl: number) => Omit<HairStyle, 'name' | 'fringe'>;

const recipes: readonly (readonly [number, string, Recipe])[] = [
  [0.03, 'bald', () => ({ thickness: 0, wobble: 0, wobbleSize: 1, ragged: 0, parted: false })],
  [0.11, 'buzz-cut', (l) => ({ thickness: 0.12 + 0.15 * l, wobble: 0, wobbleSize: 1, ragged: 0.54, parted: false })],
  [0.26, 'short', (l, v) => ({ thickness: 0.5 + 0.5 * l + 0.5 * v, wobble: 0.12, wobbleSize: 1.2, ragged: 0.42, parted: false })],
  [0.36, 'side-parted', (l, v) => ({ thickness: 0.9 + 0.4 * l + 0.7 * v, wobble: 0.1, wobbleSize: 2, ragged: 0.3, parted: true })],
  [0.43, 'curly', (l, v, c) => ({ thickness: 1.3 + v + 0.4 * l, wobble: 0.5 + 0.3 * c, wobbleSize: 1.3, ragged: 0.54, parted: false })],
  [0.46, 'afro', (l, v) => ({ thickness: 2.5 + 2 * v + l, wobble: 0.35, wobbleSize: 1, ragged: 0.3, parted: false })],
  [0.5, 'shoulder-length', (l, v, c) => ({ thickness: 0.8 + 0.5 * v, wobble: 0.15, wobbleSize: 2, ragged: 0.3, parted: true, curtain: { bottom: -9 - 5 * l, front: 82, wave: 0.3 + 0.6 * c } })],
  [0.6, 'bob', (l, v) => ({ thickness: 0.9 + 0.6 * v, wobble: 0.1, wobbleSize: 2, ragged: 0.3, parted: true, curtain: { bottom: -7 - 3 * l, front: 60, wave: 0.15 } })],
  [0.75, 'long', (l, v) => ({ thickness: 0.7 + 0.5 * v, wobble: 0.1, wobbleSize: 2, ragged: 0.3, parted: true, curtain: { bottom: -15 - 10 * l, front: 64 + 14 * v, wave: 0.2 } })],
  [0.86, 'long-wavy', (l, v, c) => ({ thickness: 1 + 0.8 * v, wobble: 0.35, wobbleSize: 1.6, ragged: 0.36, parted: true, curtain: { bottom: -13 - 10 * l, front: 62 + 12 * v, wave: 0.6 + 0.8 * c } })],
  [0.93, 'tied-back', (l) => ({ thickness: 0.5 + 0.2 * l, wobble: 0.05, wobbleSize: 2, ragged: 0.3, parted: false, bun: 3 + 1.5 * l })],
  [0.96, 'pixie-cut', (l, v) => ({ thickness: 0.8 + 0.6 * v + 0.2 * l, wobble: 0.2, wobbleSize: 1.2, ragged: 0.54, parted: false })],
  [1.01, 'afro', (l, v) => ({ thickness: 2.8 + 2.5 * v + l, wobble: 0.4, wobbleSize: 1, ragged: 0.3, parted: false })],
];

/** The style that an identity wears. */
export function hairStyleOf(identity: Identity): HairStyle {
  const a = (name: Parameters<typeof appearanceOf>[1]): number => appearanceOf(identity, name);
  const found = recipes.find(([limit]) => a('hair-style') < limit) ?? recipes[0];
  const [, name, recipe] = found;
  const wears = !['bald', 'buzz-cut', 'afro', 'tied-back'].includes(name) && a('fringe') > 0.62;
  return { name, ...recipe(a('hair-length'), a('hair-volume'), a('hair-curl')), fringe: wears ? 1.4 + 5 * (a('fringe') - 0.62) : 0 };
}
