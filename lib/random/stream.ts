import * as crypto from 'node:crypto';
import { philox } from './philox.ts';

/**
 * A stream of random numbers addressed by names, not by order: the same (seed, names…) always gives the same numbers, and no
 * other stream moves them. `stream(seed, 'generator.stem.kernel', 'init')` is how every weight and draw of the library is keyed.
 */
export interface Stream {
  /** Uniform in [0, 1), 24 bits. */
  uniform(): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Integer in [0, n). */
  integer(n: number): number;
  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** A child stream, independent of how far this one has been read. */
  at(...names: readonly (string | number)[]): Stream;
}

export function stream(seed: number, ...names: readonly (string | number)[]): Stream {
  return new PhiloxStream(textOf(seed, names));
}

/** The 64-bit Philox key of (seed, names…), as two 32-bit words: SHA-256 over their unambiguous JSON. */
export function keyOf(seed: number, names: readonly (string | number)[]): readonly [number, number] {
  return keyOfText(textOf(seed, names));
}

/** The JSON list of seed and names but for its closing bracket, so that a child's begins with its parent's. */
function textOf(seed: number, names: readonly (string | number)[]): string {
  return names.reduce<string>(withName, `[${JSON.stringify(seed)}`);
}

const withName = (text: string, name: string | number): string => `${text},${JSON.stringify(String(name))}`;

function keyOfText(text: string): readonly [number, number] {
  const digest = sha256(`${text}]`);
  const word = (at: number): number => (digest.charCodeAt(at) | (digest.charCodeAt(at + 1) << 8) | (digest.charCodeAt(at + 2) << 16) | (digest.charCodeAt(at + 3) << 24)) >>> 0;
  return [word(0), word(4)];
}

/** In one call (from Node 20.12 on) in a sixth of the time of a hash object; a rendered face draws from hundreds of streams. */
const hashAtOnce = (crypto as { readonly hash?: typeof crypto.hash }).hash;

/** A digest with a character per byte. */
const sha256 = (text: string): string => (hashAtOnce ? hashAtOnce('sha256', text, 'binary') : crypto.createHash('sha256').update(text).digest('binary'));

class PhiloxStream implements Stream {
  readonly #text: string;
  /** Found at the first draw: many streams only lead to their children. */
  #key: readonly [number, number] | undefined;
  #block = 0;
  #words: readonly number[] = [];
  #used = 4;
  #spare: number | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  uniform(): number {
    return (this.#word() >>> 8) / 0x1000000;
  }

  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  integer(n: number): number {
    return Math.floor((this.#word() / 0x100000000) * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)];
  }

  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }

  at(...names: readonly (string | number)[]): Stream {
    return new PhiloxStream(names.reduce<string>(withName, this.#text));
  }

  #word(): number {
    if (this.#used === 4) {
      this.#key ??= keyOfText(this.#text);
      this.#words = philox([this.#block >>> 0, Math.floor(this.#block / 0x100000000), 0, 0], this.#key);
      this.#block += 1;
      this.#used = 0;
    }
    return this.#words[this.#used++];
  }
}
