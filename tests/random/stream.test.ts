import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyOf, stream } from '../../lib/random/stream.ts';

const name = fc.oneof(fc.string({ unit: 'binary' }), fc.integer());

test('a key is the start of SHA-256 over the JSON of seed and names', () => {
  fc.assert(fc.property(fc.integer(), fc.array(name), (seed, names) => {
    const digest = createHash('sha256').update(JSON.stringify([seed, ...names.map(String)])).digest();
    assert.deepEqual(keyOf(seed, names), [digest.readUInt32LE(0), digest.readUInt32LE(4)]);
  }));
});

test('a child is the stream of all its names, however it was reached and however far its parents were read', () => {
  fc.assert(fc.property(fc.integer(), fc.array(name), fc.array(name), (seed, first, second) => {
    const parent = stream(seed, ...first);
    parent.uniform();
    assert.equal(parent.at(...second).normal(), stream(seed, ...first, ...second).normal());
  }));
});
