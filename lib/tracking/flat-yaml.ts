import { parse } from 'yaml';

export type MetaValue = string | number | null | readonly never[] | Readonly<Record<string, string>>;
export type Meta = Readonly<Record<string, MetaValue>>;

/** One level of YAML as PyYAML reads it (1.1): keys in order, every string in double quotes. */
export function writeMeta(meta: Meta): string {
  const lines = Object.keys(meta).sort().map((key) => `${key}: ${scalar(meta[key])}\n`);
  return lines.join('');
}

function scalar(value: MetaValue): string {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return `{${Object.entries(value).map(([k, v]) => `${quoted(k)}: ${quoted(v)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

/** JSON's escapes are YAML's too; PyYAML also wants the control characters that JSON leaves alone escaped. */
function quoted(text: string): string {
  const escapeOf = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escapeOf);
}

/** Reads a `meta.yaml` of ours or of MLflow; whole numbers beyond 2^53 (old experiment ids) become exact strings. */
export function readMeta(text: string): Record<string, unknown> {
  const value: unknown = parse(text, { version: '1.1', intAsBigInt: true, maxAliasCount: 10 });
  if (value === null || typeof value !== 'object') throw new Error('expected a mapping');
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, typeof entry === 'bigint' ? plain(entry) : entry]));
}

function plain(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}
