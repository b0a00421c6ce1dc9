import { appearanceOf, type Identity, type Rgb } from './parameters.ts';

/** sRGB byte values to linear RGB. */
export const fromBytes = (r: number, g: number, b: number): Rgb => [linear(r / 255), linear(g / 255), linear(b / 255)];

/** The sRGB decoding function on one channel in [0, 1] (IEC 61966-2-1). */
export const linear = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

export const mix = (a: Rgb, b: Rgb, t: number): Rgb => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];

const palette: readonly Rgb[] = [
  fromBytes(244, 213, 196), fromBytes(234, 194, 168), fromBytes(221, 172, 140), fromBytes(198, 150, 120), fromBytes(166, 118, 90), fromBytes(126, 86, 66), fromBytes(92, 64, 52),
];

/** The skin's base colour from tone, redness and yellowness. */
export function skinColour(identity: Identity): Rgb {
  const at = appearanceOf(identity, 'skin-tone') * (palette.length - 1.001);
  const k = Math.floor(at);
  const base = mix(palette[k], palette[k + 1], at - k);
  const red = 0.2 * (appearanceOf(identity, 'skin-red') - 0.5);
  const yellow = 0.25 * (appearanceOf(identity, 'skin-yellow') - 0.5);
  return [base[0] * (1 + 0.4 * red), base[1] * (1 - 0.7 * red), base[2] * (1 - red - yellow)];
}

/** Hair from blond over brown to black, red and grey. */
export function hairColour(identity: Identity): Rgb {
  const shades = [fromBytes(214, 184, 132), fromBytes(168, 124, 76), fromBytes(112, 74, 44), fromBytes(66, 42, 28), fromBytes(36, 25, 20), fromBytes(18, 15, 15)];
  const at = appearanceOf(identity, 'hair-dark') * (shades.length - 1.001);
  const k = Math.floor(at);
  const base = mix(shades[k], shades[k + 1], at - k);
  const red = Math.max(0, appearanceOf(identity, 'hair-red') - 0.8) * 5 * (at < 4 ? 1 : 0.2);
  return mix(mix(base, fromBytes(150, 62, 24), 0.8 * red), fromBytes(190, 188, 186), 0.9 * appearanceOf(identity, 'hair-grey'));
}

/** The lips: the skin made redder, with lipstick where the appearance says so. */
export function lipColour(identity: Identity, skin: Rgb): Rgb {
  const natural: Rgb = [skin[0] * 0.86, skin[1] * 0.56, skin[2] * 0.62];
  const stick = mix(fromBytes(206, 84, 96), fromBytes(130, 22, 44), appearanceOf(identity, 'lip-dark'));
  return mix(natural, stick, Math.max(0, appearanceOf(identity, 'lip-red') - 0.35) * 1.3);
}

/** The iris: brown, hazel, green, grey or blue. */
export function irisColour(identity: Identity): Rgb {
  const hues = [fromBytes(62, 36, 20), fromBytes(98, 62, 32), fromBytes(122, 98, 52), fromBytes(96, 116, 78), fromBytes(112, 130, 138), fromBytes(84, 126, 168)];
  const at = appearanceOf(identity, 'eye-hue') * (hues.length - 1.001);
  const k = Math.floor(at);
  const light = 0.7 + 0.8 * appearanceOf(identity, 'eye-light');
  const base = mix(hues[k], hues[k + 1], at - k);
  return [base[0] * light, base[1] * light, base[2] * light];
}
