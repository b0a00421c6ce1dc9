import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fillNormal, fillUniform } from '../../lib/random/fill.ts';
import { stream } from '../../lib/random/stream.ts';

const expected = (length: number, draw: () => number): Float32Array => Float32Array.from({ length }, draw);

test('a fill gives exactly the numbers of the stream, at every length', () => {
  const names = fc.array(fc.oneof(fc.string(), fc.nat()), { maxLength: 3 });
  fc.assert(fc.property(fc.nat(), names, fc.integer({ min: 0, max: 40 }), (seed, path, length) => {
    const uniform = new Float32Array(length);
    fillUniform(uniform, seed, path);
    const s = stream(seed, ...path);
    assert.deepEqual(uniform, expected(length, () => s.uniform()));
    const normal = new Float32Array(length);
    fillNormal(normal, seed, path);
    const z = stream(seed, ...path);
    assert.deepEqual(normal, expected(length, () => z.normal()));
  }), { numRuns: 200 });
});

test('a long fill crosses its passes without a seam', () => {
  for (const length of [4095, 4096, 4097, 20001]) {
    const uniform = new Float32Array(length);
    fillUniform(uniform, 5, ['weight', 'stem.kernel'], -0.25, 0.25);
    const s = stream(5, 'weight', 'stem.kernel');
    assert.deepEqual(uniform, expected(length, () => -0.25 + 0.5 * s.uniform()));
    const normal = new Float32Array(length);
    fillNormal(normal, 5, ['weight', 'stem.kernel'], 1, 0.02);
    const z = stream(5, 'weight', 'stem.kernel');
    assert.deepEqual(normal, expected(length, () => 1 + 0.02 * z.normal()));
  }
});
