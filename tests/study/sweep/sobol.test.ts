import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_SOBOL_AXES, sobol } from '../../../lib/study/sweep/sobol.ts';

// The first 64 points of torch.quasirandom.SobolEngine(21), times 64: a digest of all, and some to read.
const FIRST = [[0, 0, 0, 0, 0], [32, 32, 32, 32, 32], [48, 16, 16, 16, 48], [16, 48, 48, 48, 16], [24, 24, 40, 56, 24]];

function take(axes: number, count: number, shift?: readonly number[]): number[][] {
  const out: number[][] = [];
  for (const p of sobol(axes, shift)) {
    out.push(p);
    if (out.length === count) return out;
  }
  return out;
}

test('the points are those of the published direction numbers', () => {
  assert.deepEqual(take(5, 5).map((p) => p.map((x) => x * 64)), FIRST);
  const digest = take(MAX_SOBOL_AXES, 64).map((p) => p.reduce((sum, x, d) => (sum * 31 + x * 64 * (d + 1)) % 1_000_003, 7));
  assert.equal(digest.reduce((sum, x) => (sum * 17 + x) % 1_000_003, 1), 146774);
});

test('every axis takes each of 2^n cells once in 2^n points, shifted or not', () => {
  for (const shift of [undefined, Array.from({ length: MAX_SOBOL_AXES }, (_, i) => (i * 0x9e3779b9) >>> 0)]) {
    const points = take(MAX_SOBOL_AXES, 64, shift);
    for (let d = 0; d < MAX_SOBOL_AXES; d++) assert.equal(new Set(points.map((p) => Math.floor(p[d] * 64))).size, 64, `axis ${d}`);
    assert.ok(points.flat().every((x) => x >= 0 && x < 1));
  }
});

test('a number of axes without direction numbers is refused', () => {
  for (const axes of [0, MAX_SOBOL_AXES + 1, 1.5]) assert.throws(() => [...sobol(axes)], RangeError);
});
