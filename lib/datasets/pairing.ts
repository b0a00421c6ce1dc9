import type { Stream } from '../random/stream.ts';
import type { PairPolicy } from '../registry/dataset.ts';

/** The people of a split and how many pictures each has; a stream without end says a large number. */
export interface People {
  readonly count: number;
  /** Pictures of person `p`, at least 1. */
  readonly pictures: (p: number) => number;
}

/** A picture by the index of its person and its index among that person's. */
export interface PictureIndex {
  readonly person: number;
  readonly picture: number;
}

export interface PairChoice {
  readonly source: PictureIndex;
  readonly target: PictureIndex;
  readonly sameIdentity: boolean;
  readonly sameImage: boolean;
}

/**
 * Chooses the two pictures of a pair from its own stream: a person uniformly, then one of the person's pictures; so a person with many
 * pictures is not seen more often. A pair of one person shows two different pictures where the policy says `identity` and the person has two.
 * @throws RangeError where two people are wanted of fewer.
 */
export function choosePair(people: People, policy: PairPolicy, draws: Stream): PairChoice {
  const source = draws.at('source').integer(people.count);
  const first = draws.at('source-picture').integer(people.pictures(source));
  if (draws.at('same').uniform() < policy.sameIdentity) {
    const second = policy.by === 'image' ? first : other(people.pictures(source), first, draws.at('target-picture'));
    return pairOf({ person: source, picture: first }, { person: source, picture: second });
  }
  if (people.count < 2) throw new RangeError(`a pair of two people wants a split of 2 identities or more, received ${people.count}`);
  const target = other(people.count, source, draws.at('target'));
  return pairOf({ person: source, picture: first }, { person: target, picture: draws.at('target-picture').integer(people.pictures(target)) });
}

function pairOf(source: PictureIndex, target: PictureIndex): PairChoice {
  const sameIdentity = source.person === target.person;
  return { source, target, sameIdentity, sameImage: sameIdentity && source.picture === target.picture };
}

/** One of n, uniformly, but not `taken`; `taken` itself where there is no other. */
function other(n: number, taken: number, draws: Stream): number {
  return n < 2 ? taken : (taken + 1 + draws.integer(n - 1)) % n;
}
