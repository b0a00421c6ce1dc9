import { createHash } from 'node:crypto';
import { MAX_KEY_LENGTH } from './limits.ts';

/**
 * MLflow 3.17 takes keys of word characters, `/`, `.`, `-`, `:` and spaces that are normal relative paths
 * (`mlflow/utils/validation.py`); Python's `\w` is letters, numbers and `_` of all scripts.
 */
const ILLEGAL_IN_KEYS = /[^\p{L}\p{N}_/.\- :]/gu;

/** A server decodes artifact paths until they no longer change and refuses `#` (`mlflow/utils/uri.py`). */
// eslint-disable-next-line no-control-regex
const ILLEGAL_IN_PATHS = /[#?\\\u0000-\u001f\u007f-\u009f]|\p{Surrogate}|%(?=[0-9A-Fa-f]{2})/gu;

/** A key MLflow takes for any string: illegal characters become `_xHHHH_` (their code point), undone by `decodeName`. */
export function encodeName(name: string): string {
  if (name === '') return '_x_';
  if (name === '_x_') return `${escapeOf('_')}x_`;
  return normalPath(shielded(name).replace(ILLEGAL_IN_KEYS, escapeOf));
}

/** An artifact path that arrives unchanged through a server, for any relative path; undone by `decodeName`. */
export function encodeArtifactPath(path: string): string {
  return normalPath(shielded(path).replace(ILLEGAL_IN_PATHS, escapeOf));
}

/** The name that `encodeName` was given. */
export function decodeName(encoded: string): string {
  if (encoded === '_x_') return '';
  return encoded.replace(/_x([0-9A-F]{4,6})_/g, (all, hex: string) => {
    const code = parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** A key fit for MLflow, and the full name where it had to be shortened (to its first 60 characters and a digest). */
export function fitName(name: string): { readonly key: string; readonly cut: boolean } {
  const key = encodeName(name);
  const fits = [...key].length <= MAX_KEY_LENGTH && key.split('/').every((part) => Buffer.byteLength(part) <= 255);
  if (fits) return { key, cut: false };
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return { key: `${[...key].slice(0, 60).join('').replace(/\/$/, '')}_h${digest}`, cut: true };
}

/**
 * The file to keep `key` in beside `taken` files: the key itself, or, where `a` is there and `a/b` comes (or the reverse, and a
 * name cannot be a file and a folder), a flat spelling that `decodeName` reads as the same name.
 */
export function storageName(key: string, taken: Iterable<string>): string {
  for (const other of taken) {
    if (other.startsWith(`${key}/`) || key.startsWith(`${other}/`)) return flatName(key);
  }
  return key;
}

function flatName(key: string): string {
  const [first, ...rest] = decodeName(key);
  const six = first.codePointAt(0)!.toString(16).toUpperCase().padStart(6, '0');
  return `_x${six}_${shielded(rest.join('')).replace(ILLEGAL_IN_KEYS, escapeOf).replace(/\//g, escapeOf)}`;
}

function escapeOf(character: string): string {
  return `_x${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}_`;
}

/** Escapes an underscore that would otherwise read as the start of an escape. */
function shielded(name: string): string {
  return name.replace(/_(?=x[0-9A-F]{4})/g, escapeOf);
}

/** Escapes what `posixpath.normpath` would change (empty, `.` and `..` segments, outer slashes), and `..` at the start. */
function normalPath(name: string): string {
  return name.replace(/^\/|(?<=\/)\/|\/$/g, escapeOf).replace(/(?<=^|\/)\.(?=\.?(?:\/|$))|^\.(?=\.)/g, escapeOf);
}
