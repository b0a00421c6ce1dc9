import type { Cell } from './summary.ts';

const MINUS = '\u2212';

/** A number with `decimals` places and a true minus sign; NaN and infinities by name. */
export function fixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  const text = Math.abs(value) >= 1e15 ? Math.abs(value).toExponential(decimals) : Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** `fixed`, with a plus in front of what is above zero. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text;
}

/** A p-value: three decimals, `< 0.001` below, and `> 0.999` above. */
export function pValue(p: number): string {
  if (p < 0.001) return '< 0.001';
  return p > 0.999 ? '> 0.999' : p.toFixed(3);
}

/** A count, thousands set apart by a thin space; a true minus. */
export function count(value: number): string {
  const digits = String(Math.abs(Math.round(value))).replace(/\B(?=(\d{3})+$)/g, '\u2009');
  return value < 0 ? MINUS + digits : digits;
}

/** A difference of large counts: `+1.20 M`, `−340`, `0`. */
export function signedCount(value: number): string {
  const size = Math.abs(value);
  const [divisor, unit] = size >= 1e9 ? [1e9, ' G'] : size >= 1e6 ? [1e6, ' M'] : size >= 1e4 ? [1e3, ' k'] : [1, ''];
  return `${signed(value / divisor, unit === '' ? 0 : 2)}${unit}`;
}

/**
 * How many decimals one metric's cells get, all the same so that a column compares at a glance: what the metric says, else two
 * digits of the median half-width of the intervals, else four digits of the largest mean; never fewer than the paper prints.
 */
export function decimalsOf(cells: readonly Cell[]): number {
  const wanted = cells[0]?.metric.decimals;
  if (wanted !== undefined) return wanted;
  const reaches = cells.flatMap((c) => (c.interval ? [(c.interval.high - c.interval.low) / 2] : [])).filter((r) => r > 0 && Number.isFinite(r)).sort((a, b) => a - b);
  const means = cells.map((c) => Math.abs(c.mean ?? NaN)).filter((m) => m > 0 && Number.isFinite(m));
  const digits = reaches.length > 0 ? 1 - exponent(reaches[reaches.length >> 1]) : means.length > 0 ? 3 - exponent(Math.max(...means)) : 2;
  const printed = cells.map((c) => (c.paper === undefined ? 0 : (String(c.paper).split('.')[1]?.length ?? 0)));
  return Math.max(Math.min(6, Math.max(0, digits)), Math.min(4, Math.max(0, ...printed)));
}

const exponent = (value: number): number => Math.floor(Math.log10(value));
