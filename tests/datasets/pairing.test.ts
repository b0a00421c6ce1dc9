import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePair, type PairChoice } from '../../lib/datasets/pairing.ts';
import { stream } from '../../lib/random/stream.ts';

const draw = (n: number, policy: Parameters<typeof choosePair>[1]): PairChoice[] =>
  Array.from({ length: n }, (_, i) => choosePair({ count: 6, pictures: (p) => 1 + p }, policy, stream(1, 'pair', i)));

test('pairs keep their share of one person, and are two pictures of it where there are two', () => {
  const pairs = draw(2000, { sameIdentity: 0.25, by: 'identity' });
  const same = pairs.filter((p) => p.sameIdentity);
  assert.ok(Math.abs(same.length / 2000 - 0.25) < 0.04);
  assert.ok(same.every((p) => p.sameImage === (p.source.person === 0)));
  assert.ok(draw(500, { sameIdentity: 1, by: 'image' }).every((p) => p.sameImage));
  assert.ok(draw(500, { sameIdentity: 0, by: 'identity' }).every((p) => p.source.person !== p.target.person));
  for (let person = 0; person < 6; person++) {
    assert.ok(Math.abs(pairs.filter((p) => p.source.person === person).length / 2000 - 1 / 6) < 0.04);
  }
  assert.throws(() => choosePair({ count: 1, pictures: () => 3 }, { sameIdentity: 0, by: 'identity' }, stream(1)), /wants a split of 2 identities or more, received 1/);
});
