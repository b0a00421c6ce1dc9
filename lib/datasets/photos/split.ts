import { stream } from '../../random/stream.ts';
import type { Split } from '../../registry/dataset.ts';

/**
 * Which side of a split a name is on, by a hash of (seed, name) alone: adding or removing other names moves none. The name is an identity for identity-disjoint
 * splits, a photograph for image-disjoint ones.
 */
export function splitOf(name: string, seed: number, testShare: number): Split {
  return stream(seed, 'photo-split', name).uniform() < testShare ? 'test' : 'train';
}
