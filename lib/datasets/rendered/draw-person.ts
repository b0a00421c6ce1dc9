import type { Stream } from '../../random/stream.ts';
import { expressionIndex, expressionNames } from './expression-shapes.ts';
import { shapeNames } from './identity-shapes.ts';
import { appearanceNames, type AppearanceName, type Identity } from './parameters.ts';

const clamp = (x: number, low = 0, high = 1): number => Math.min(high, Math.max(low, x));

/** A random person. The stream is read through named children only, so a new parameter moves no old one. */
export function drawIdentity(stream: Stream): Identity {
  const masculine = stream.at('masculine').uniform();
  const strength = clamp(Math.abs(masculine - 0.5) * 4);
  const sign = masculine > 0.5 ? strength : -strength;
  const shape = Float32Array.from(shapeNames, (name) => 0.8 * clamp(stream.at('shape', name).normal(), -2, 2));
  for (const [name, shift] of masculineShape) shape[shapeNames.indexOf(name)] += sign * shift;
  const values = drawAppearance(stream.at('appearance'), masculine > 0.5, stream.at('age').uniform());
  return { shape, appearance: Float32Array.from(appearanceNames, (name) => clamp(values[name])) };
}

/** How the sexes differ on average, in the units of the shape directions. */
const masculineShape: readonly (readonly [string, number])[] = [
  ['jaw-width', 0.5], ['jaw-angle', 0.35], ['chin-width', 0.5], ['chin-length', 0.3], ['brow-ridge', 0.8], ['brow-height', -0.6], ['nose-length', 0.3], ['nose-width', 0.4],
  ['upper-lip-fullness', -0.5], ['lower-lip-fullness', -0.3], ['neck-width', 0.9], ['face-length', 0.3], ['cheek-fullness', -0.3], ['eye-opening', -0.3], ['ear-size', 0.4],
];

function drawAppearance(stream: Stream, masculine: boolean, age: number): Record<AppearanceName, number> {
  const u = (name: AppearanceName): number => stream.at(name).uniform();
  const tone = u('skin-tone');
  const beardKind = masculine ? u('beard-chin') : 0;
  const bearded = beardKind > 0.55;
  const hairDark = clamp(tone > 0.55 ? 0.75 + 0.25 * u('hair-dark') : u('hair-dark') * 1.1 - 0.05);
  return {
    'skin-tone': tone, 'skin-red': u('skin-red'), 'skin-yellow': u('skin-yellow'),
    freckles: tone < 0.35 ? clamp(u('freckles') * 3 - 2) : 0,
    moles: clamp(u('moles') * 1.6 - 0.6), age,
    'eye-hue': clamp(tone > 0.55 ? 0.1 * u('eye-hue') : u('eye-hue')), 'eye-light': tone > 0.55 ? 0.35 * u('eye-light') : u('eye-light'),
    'brow-thickness': clamp((masculine ? 0.3 : 0) + 0.8 * u('brow-thickness')), 'brow-density': 0.25 + 0.75 * u('brow-density'), 'brow-length': u('brow-length'),
    'lip-red': masculine ? 0.35 * u('lip-red') : u('lip-red'), 'lip-dark': u('lip-dark'),
    'hair-dark': hairDark, 'hair-red': u('hair-red'), 'hair-grey': age > 0.7 ? u('hair-grey') : 0,
    'hair-style': (masculine ? 0 : 0.5) + 0.4999 * u('hair-style'), 'hair-length': u('hair-length'), 'hair-volume': u('hair-volume'), 'hair-parting': u('hair-parting'),
    fringe: u('fringe'), hairline: clamp((masculine ? 0.2 + age * 0.4 : 0) + 0.5 * u('hairline')), 'hair-curl': u('hair-curl'),
    'beard-cheeks': bearded && beardKind > 0.7 ? 0.5 + 0.5 * u('beard-cheeks') : 0,
    moustache: bearded || (masculine && u('moustache') > 0.85) ? 0.5 + 0.5 * u('moustache') : 0,
    'beard-chin': bearded ? 0.6 + 0.4 * u('beard-cheeks') : 0, 'beard-length': bearded ? u('beard-length') : 0,
    'eye-shadow': masculine ? 0 : clamp(u('eye-shadow') * 2 - 0.8), blush: u('blush') * (masculine ? 0.5 : 1), gloss: u('gloss'),
    'eye-bags': clamp(u('eye-bags') * 0.7 + age * 0.3), stubble: masculine ? clamp(u('stubble') * 1.4 - 0.3) : 0, lashes: masculine ? 0.3 * u('lashes') : 0.4 + 0.6 * u('lashes'),
    pattern: u('pattern'),
  };
}

/** A random expression: neutral, one of several named moods, or a few blend shapes at once. */
export function drawExpression(stream: Stream): Float32Array {
  const out = new Float32Array(expressionNames.length);
  const kind = stream.at('kind').uniform();
  const strength = 0.35 + 0.65 * stream.at('strength').uniform();
  const recipes = Object.values(moods);
  if (kind > 0.16) {
    const recipe = recipes[Math.floor(stream.at('mood').uniform() * recipes.length)];
    for (const [name, value] of recipe) out[expressionIndex(name)] = value * strength;
  }
  for (const name of expressionNames) {
    const extra = stream.at('extra', name);
    if (kind > 0.3 && extra.uniform() < 0.09) out[expressionIndex(name)] = clamp(out[expressionIndex(name)] + 0.6 * extra.uniform());
  }
  const blink = stream.at('blink').uniform();
  if (blink > 0.94) for (const name of ['blink-left', 'blink-right']) out[expressionIndex(name)] = 1;
  out[expressionIndex('tongue-out')] *= out[expressionIndex('jaw-open')] > 0.25 ? 1 : 0;
  return out.map((x) => clamp(x));
}

/** Named expressions as strengths of blend shapes. */
export const moods: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  smile: [['smile-left', 0.8], ['smile-right', 0.8], ['cheek-raise', 0.4]],
  laugh: [['smile-left', 1], ['smile-right', 1], ['jaw-open', 0.4], ['cheek-raise', 0.8], ['squint', 0.5], ['upper-lip-raise', 0.4]],
  surprise: [['jaw-open', 0.7], ['brow-inner-up', 1], ['brow-outer-up', 1], ['eyes-wide', 1]],
  anger: [['brow-down', 1], ['lip-press', 0.7], ['squint', 0.5], ['nose-wrinkle', 0.3]],
  sadness: [['brow-inner-up', 0.9], ['frown', 1], ['chin-raise', 0.4]],
  disgust: [['nose-wrinkle', 1], ['upper-lip-raise', 0.8], ['brow-down', 0.5]],
  fear: [['brow-inner-up', 1], ['brow-down', 0.4], ['eyes-wide', 0.8], ['lip-stretch', 0.9], ['jaw-open', 0.3]],
  talk: [['jaw-open', 0.35], ['funnel', 0.4]],
  kiss: [['pucker', 1]],
  shout: [['jaw-open', 1], ['brow-down', 0.6], ['upper-lip-raise', 0.5], ['lower-lip-drop', 0.5]],
};
