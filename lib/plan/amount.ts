import { dimText, isConcrete, type Dim } from '../shape/dim.ts';

/** A count for people: `138.6 M`, `2.31 G`, `512`; symbolic counts as they are. */
export function amount(d: Dim): string {
  if (!isConcrete(d)) return dimText(d).replace(/\d{5,}/g, (n) => amount(Number(n)).replace(' ', '')).replaceAll('*', '·').replace(/(?<=.)([+-])/g, ' $1 ');
  for (const [size, unit] of [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e4, 'k']] as const) {
    if (Math.abs(d) >= size) return `${Number((d / (unit === 'k' ? 1e3 : size)).toPrecision(4))} ${unit}`;
  }
  return String(d);
}

/** Bytes for people, in powers of 1024: `3.2 MiB`. */
export function byteText(d: Dim): string {
  if (!isConcrete(d)) return `${dimText(d)} bytes`;
  for (const [size, unit] of [[2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB']] as const) {
    if (d >= size) return `${Number((d / size).toPrecision(3))} ${unit}`;
  }
  return `${d} bytes`;
}

/** `1 error`, `3 errors`. */
export const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
