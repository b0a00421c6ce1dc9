import type { Files } from '../compose/files.ts';
import { hashMemory, type HashMemory } from '../ir/hash.ts';
import type { MapTree } from '../source/tree.ts';
import type { Expansion } from './builder.ts';

/**
 * What the normalisations of one context have in common: the variants of a study differ in little, and what a patch leaves alone is the very same
 * tree. Everything is remembered by the files it was read with, so that a context with other files shares nothing.
 */
export interface Memory {
  /** Composed and checked graph documents by absolute path. */
  readonly graphs: (files: Files) => Map<string, MapTree>;
  /** Expanded calls of models by `callKey`. */
  readonly calls: (files: Files) => Map<string, Expansion>;
  /** A number that stands for an object in a key. */
  readonly number: (object: object) => number;
  readonly hashes: HashMemory;
}

export function createMemory(): Memory {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return {
    graphs: perFiles<MapTree>(), calls: perFiles<Expansion>(), hashes: hashMemory(),
    number: (object) => {
      const known = numbers.get(object) ?? (last += 1);
      numbers.set(object, known);
      return known;
    },
  };
}

function perFiles<T>(): (files: Files) => Map<string, T> {
  const all = new WeakMap<Files, Map<string, T>>();
  return (files) => {
    const known = all.get(files) ?? new Map<string, T>();
    all.set(files, known);
    return known;
  };
}
