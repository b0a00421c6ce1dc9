import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { StopRule } from '../../../lib/study/plan.ts';
import { halving, mostSteps, stages, survivors } from '../../../lib/study/sweep/halving.ts';

const rule = (more: Partial<StopRule> = {}): StopRule => ({ type: 'asha', metric: 'csim', better: 'higher', rungs: [100, 300], reduction: 3, ...more });
const points = Array.from({ length: 9 }, (_, i) => `p-${i + 1}`);

test('nine points, reduction 3: three and one go on, and the others say where they ended', () => {
  const score = (p: string, rung: number): number => Number(p.slice(2)) * (rung === 100 ? 1 : -1);
  const { alive, until, stopped } = halving(points, rule(), score);
  assert.deepEqual(alive, ['p-7'], 'the best at the first rung need not be the best at the second');
  assert.equal(until, undefined);
  assert.deepEqual(stopped.map((s) => [s.variant, s.step]), [...points.slice(0, 6).map((p) => [p, 100]), ['p-8', 300], ['p-9', 300]]);
  assert.deepEqual(stopped.at(-1), { variant: 'p-9', step: 300, metric: 'csim', value: -9 });
});

test('a rung is decided once all scores are there', () => {
  const waiting = halving(points, rule(), (p) => (p === 'p-5' ? undefined : 1));
  assert.deepEqual([waiting.alive, waiting.until, waiting.stopped], [points, 100, []]);
  const second = halving(points, rule(), (p, rung) => (rung === 300 ? undefined : Number(p.slice(2))));
  assert.deepEqual([second.alive, second.until, second.stopped.length], [['p-7', 'p-8', 'p-9'], 300, 6]);
});

test('of equal points the earlier goes on; NaN is last, behind infinity of the wrong sign; lower can be better', () => {
  const of = (scores: readonly number[], more: Partial<StopRule> = {}): string[] => [...survivors(new Map(scores.map((s, i) => [`p-${i + 1}`, s])), rule({ reduction: 2, ...more }))];
  assert.deepEqual(of([1, 2, 2, 2]), ['p-2', 'p-3']);
  assert.deepEqual(of([1, 2, 2, 2], { better: 'lower' }), ['p-1', 'p-2']);
  assert.deepEqual(of([NaN, -Infinity, NaN, -Infinity]), ['p-2', 'p-4']);
  assert.deepEqual(of([NaN, Infinity, NaN, 3], { better: 'lower' }), ['p-4', 'p-2']);
  assert.deepEqual(of([NaN, NaN, NaN, 1]), ['p-4', 'p-1']);
  assert.deepEqual(of([3, 1], { reduction: 5 }), ['p-1'], 'at least one');
});

test('for any scores the survivors are the best, so many as the plan says', () => {
  fc.assert(fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 30 }), fc.constantFrom(1.5, 2, 3, 4), fc.constantFrom('higher' as const, 'lower' as const), (scores, reduction, better) => {
    const r = rule({ reduction, better, rungs: [10] });
    const kept = survivors(new Map(scores.map((s, i) => [String(i), s])), r);
    assert.equal(kept.size, stages(scores.length, r, 20)[1].points);
    const out = scores.filter((_, i) => !kept.has(String(i)));
    for (const i of kept) for (const lost of out) assert.ok(Number.isNaN(lost) || (better === 'higher' ? scores[Number(i)] >= lost : scores[Number(i)] <= lost));
  }));
});

test('the stages and the most steps of a plan', () => {
  assert.deepEqual(stages(9, rule(), 1000), [{ step: 100, points: 9 }, { step: 300, points: 3 }, { step: 1000, points: 1 }]);
  assert.equal(mostSteps(9, rule(), 1000), 9 * 100 + 3 * 200 + 700);
  assert.equal(mostSteps(2, rule({ rungs: [] }), 1000), 2000);
});
