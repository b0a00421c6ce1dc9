import { hashDistance } from '../../faces/perceptual-hash.ts';

/** Faces whose crops differ in at most this many of the 256 bits of their hashes show one picture. */
export const maxDuplicateBits = 15;

/** Remembers faces and finds the first one that a later face repeats. */
export interface DuplicateIndex {
  /** The remembered face that `hash` repeats, or undefined; then the face itself is remembered. */
  add(id: string, hash: string): string | undefined;
}

/**
 * Finds every pair within `maxDuplicateBits`: cut into one more piece than bits may differ, two such hashes share a piece, so only faces with an equal piece are
 * compared. Faces must come in a fixed order, for the first of a group is the one that is kept.
 */
export function duplicateIndex(): DuplicateIndex {
  const pieces = maxDuplicateBits + 1;
  const shelves = Array.from({ length: pieces }, () => new Map<string, { id: string; hash: string }[]>());
  return {
    add(id, hash) {
      const width = hash.length / pieces;
      const keys = shelves.map((_, i) => hash.slice(i * width, (i + 1) * width));
      for (const [i, shelf] of shelves.entries()) {
        const twin = shelf.get(keys[i])?.find((other) => hashDistance(other.hash, hash) <= maxDuplicateBits);
        if (twin) return twin.id;
      }
      for (const [i, shelf] of shelves.entries()) {
        const others = shelf.get(keys[i]);
        if (others) others.push({ id, hash });
        else shelf.set(keys[i], [{ id, hash }]);
      }
      return undefined;
    },
  };
}
