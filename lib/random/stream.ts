import { createHash } from 'node:crypto';
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
  return new PhiloxStream(keyOf(seed, names), seed, names);
}

/** The 64-bit Philox key of (seed, names…), as two 32-bit words: SHA-256 over their unambiguous JSON. */
export function keyOf(seed: number, names: readonly (string | number)[]): readonly [number, number] {
  const digest = createHash('sha256').update(JSON.stringify([seed, ...names.map(String)])).digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

class PhiloxStream implements Stream {
  readonly #key: readonly [number, number];
  readonly #seed: number;
  readonly #names: readonly (string | number)[];
  #block = 0;
  #words: readonly number[] = [];
  #used = 4;
  #spare: number | undefined;

  constructor(key: readonly [number, number], seed: number, names: readonly (string | number)[]) {
    this.#key = key;
    this.#seed = seed;
    this.#names = names;
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
    return stream(this.#seed, ...this.#names, ...names);
  }

  #word(): number {
    if (this.#used === 4) {
      this.#words = philox([this.#block >>> 0, Math.floor(this.#block / 0x100000000), 0, 0], this.#key);
      this.#block += 1;
      this.#used = 0;
    }
    return this.#words[this.#used++];
  }
}
