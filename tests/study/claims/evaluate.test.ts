import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DiagnosticError } from '../../../lib/diagnostics/diagnostic.ts';
import type { ClaimSpec } from '../../../lib/study/claims/claim.ts';
import { allPass, evaluateClaims } from '../../../lib/study/claims/evaluate.ts';
import type { ClaimData } from '../../../lib/study/claims/paired.ts';
import { pairedT } from '../../../lib/study/statistics/paired-t.ts';

const metrics = ['pose-error', 'csim'];
const study = (values: Record<string, readonly number[]>, metric = 'pose-error'): ClaimData => ({
  variants: Object.entries(values).map(([name, list]) => ({ name, runs: list.map((v, seed) => ({ seed, status: 'finished', metrics: { [metric]: v } })) })),
});
const clear = study({ full: [1.3, 1.2, 1.4, 1.25, 1.35], none: [3.8, 3.9, 3.7, 4.1, 3.6] });
const judge = (spec: ClaimSpec, data: ClaimData = clear) => evaluateClaims([spec], data, { metrics })[0];

describe('verdicts', () => {
  test('the direction claimed is significant: pass, by a stated test', () => {
    const result = judge({ expect: 'none.pose-error > full.pose-error', p: 0.05 });
    const [comparison] = result.comparisons;
    assert.equal(result.verdict, 'pass');
    assert.equal(comparison.method, 'paired t test');
    assert.deepEqual(comparison.seeds, [0, 1, 2, 3, 4]);
    assert.equal(result.support, pairedT(comparison.differences, 'greater').p);
    assert.ok(comparison.interval && comparison.interval.low > 0 && comparison.mean && Math.abs(comparison.mean - 2.52) < 1e-12);
  });

  test('the opposite is significant: fail', () => {
    assert.equal(judge({ expect: 'none.pose-error < full.pose-error', p: 0.05 }).verdict, 'fail');
    assert.equal(judge({ expect: 'none.pose-error - full.pose-error > 5', p: 0.05 }).verdict, 'fail');
  });

  test('neither is: undecided, with the seeds that an effect of this size needs', () => {
    const data = study({ a: [1, 2, 3, 4], b: [1.5, 1.4, 2.9, 3.1] });
    const result = judge({ expect: 'a.pose-error > b.pose-error', p: 0.05 }, data);
    assert.equal(result.verdict, 'undecided');
    assert.match(result.notes.join(), /about \d+ seeds would decide/);
  });

  test('one seed, or no p: the means decide and say that this is no evidence', () => {
    const one = study({ a: [1], b: [2] });
    assert.deepEqual([judge({ expect: 'a.pose-error < b.pose-error', p: 0.05 }, one)].map((r) => [r.verdict, r.notes]), [['pass', ['one seed, no evidence']]]);
    assert.equal(judge({ expect: 'a.pose-error > b.pose-error', p: 0.05 }, one).verdict, 'fail');
    const noP = judge({ expect: 'none.pose-error > full.pose-error' });
    assert.deepEqual([noP.verdict, noP.support, noP.notes], ['pass', undefined, ['no p asked for: the means are compared, no evidence']]);
  });

  test('at equal means only >= and <= hold', () => {
    const equal = study({ a: [1], b: [1] });
    const verdicts = ['>', '<', '>=', '<='].map((op) => judge({ expect: `a.pose-error ${op} b.pose-error` }, equal).verdict);
    assert.deepEqual(verdicts, ['fail', 'fail', 'pass', 'pass']);
  });

  test('`and`: the weakest part decides a pass, one refuted part is a fail', () => {
    const both = judge({ expect: 'none.pose-error > full.pose-error and full.pose-error < 2', p: 0.05 });
    assert.equal(both.verdict, 'pass');
    assert.equal(both.support, Math.max(...both.comparisons.map((c) => c.support ?? 1)));
    assert.equal(judge({ expect: 'none.pose-error > full.pose-error and full.pose-error > 2', p: 0.05 }).verdict, 'fail');
  });
});

describe('what cannot be judged stays undecided and says why', () => {
  test('NaN', () => {
    const data = study({ full: [1, NaN, 1.2], none: [2, 2.1, 2.2] });
    const result = judge({ expect: 'none.pose-error > full.pose-error', p: 0.05 }, data);
    assert.deepEqual([result.verdict, result.notes], ['undecided', ['full.pose-error is not a finite number at seed 1']]);
  });

  test('a metric that was not measured is not zero', () => {
    const result = judge({ expect: 'none.csim > full.pose-error', p: 0.05 });
    assert.deepEqual([result.verdict, result.notes], ['undecided', ['none.csim is not a finite number at seed 0, 1, 2, 3, 4']]);
  });

  test('division by zero', () => {
    const data = study({ full: [0, 1], none: [2, 2] });
    assert.match(judge({ expect: 'none.pose-error / full.pose-error > 1', p: 0.05 }, data).notes.join(), /expression is not a finite number at seed 0/);
  });

  test('no seed in common', () => {
    const data: ClaimData = { variants: [{ name: 'a', runs: [] }, study({ b: [1, 2] }).variants[0]] };
    const result = judge({ expect: 'a.pose-error > b.pose-error', p: 0.05 }, data);
    assert.equal(result.verdict, 'undecided');
    assert.match(result.notes.join('; '), /a: no finished run of seed 0, 1.*no seed finished in every variant/);
  });
});

describe('pairing', () => {
  test('a failed run takes its pair out, and the note says so', () => {
    const data = study({ full: [1.3, 1.2, 1.4, 1.25, 1.35], none: [3.8, 3.9, 3.7, 4.1, 3.6] });
    const broken: ClaimData = { variants: [data.variants[0], { name: 'none', runs: data.variants[1].runs.map((r) => (r.seed === 3 ? { ...r, status: 'failed', metrics: {} } : r)) }] };
    const result = judge({ expect: 'none.pose-error > full.pose-error', p: 0.05 }, broken);
    assert.deepEqual(result.comparisons[0].seeds, [0, 1, 2, 4]);
    assert.match(result.notes.join(), /none: no finished run of seed 3, so that pair is left out/);
  });

  test('two finished runs of one seed are a mistake of the caller', () => {
    const [run] = clear.variants[0].runs;
    assert.throws(() => judge({ expect: 'full.pose-error > 1' }, { variants: [{ name: 'full', runs: [run, run] }] }), /two finished runs of seed 0/);
  });

  test('the order of runs and variants does not matter', () => {
    const seeds = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
    fc.assert(fc.property(seeds, (order) => {
      const shuffled: ClaimData = { variants: [...clear.variants].reverse().map((v) => ({ ...v, runs: order.map((i) => v.runs[i]) })) };
      const spec = { expect: 'none.pose-error > full.pose-error + 2', p: 0.05 };
      assert.deepEqual(judge(spec, shuffled), judge(spec));
    }), { numRuns: 20 });
  });
});

describe('the choice of test', () => {
  const many = (n: number): ClaimData => study({ a: Array.from({ length: n }, (_, i) => 2 + Math.sin(i)), b: Array.from({ length: n }, (_, i) => 1.7 + Math.cos(i)) });
  const method = (spec: Partial<ClaimSpec>, data: ClaimData): string => judge({ expect: 'a.pose-error > b.pose-error', p: 0.05, ...spec }, data).comparisons[0].method;

  test('goes by the number of seeds alone', () => {
    assert.equal(method({}, many(9)), 'paired t test');
    assert.equal(method({}, many(10)), 'sign-flip permutation test (exact)');
    assert.equal(method({}, many(17)), 'sign-flip permutation test (sampled)');
    assert.equal(method({ test: 't' }, many(17)), 'paired t test');
    assert.equal(method({ test: 'signed-rank' }, many(6)), 'Wilcoxon signed-rank test');
  });

  test('sampled p-values are the same each time', () => {
    const spec = { expect: 'a.pose-error > b.pose-error', p: 0.05 };
    assert.equal(judge(spec, many(18)).support, judge(spec, many(18)).support);
  });

  test('differences that do not vary are not infinitely significant', () => {
    const data = study({ a: [2.1, 3.1, 4.1], b: [1.1, 2.1, 3.1] });
    const result = judge({ expect: 'a.pose-error > b.pose-error', p: 0.05 }, data);
    assert.equal(result.support, 1 / 8);
    assert.equal(result.verdict, 'undecided');
    assert.match(result.comparisons[0].method, /do not vary/);
  });
});

describe('Holm over a study', () => {
  const claims: ClaimSpec[] = [
    { expect: 'none.pose-error > full.pose-error', p: 0.05, correct: 'holm' },
    { expect: 'full.pose-error < 1.385', p: 0.05, correct: 'holm' },
    { expect: 'none.pose-error > full.csim', p: 0.05, correct: 'holm' },
    { expect: 'full.pose-error < 1.385', p: 0.05 },
  ];
  const results = evaluateClaims(claims, clear, { metrics });

  test('corrects the claims that ask for it, untestable ones counted, and leaves the rest', () => {
    const alone = claims.map((c) => judge({ ...c, correct: undefined }));
    assert.equal(results[0].support, 3 * (alone[0].support ?? NaN));
    assert.equal(results[1].support, 2 * (alone[1].support ?? NaN));
    assert.equal(results[2].support, undefined);
    assert.equal(results[3].support, alone[3].support);
    assert.match(results[0].notes.join(), /corrected by Holm over 3 claims/);
  });

  test('can undo a pass', () => {
    assert.deepEqual(results.map((r) => r.verdict), ['pass', 'undecided', 'undecided', 'pass']);
    assert.equal(allPass(results), false);
  });
});

test('a claim and its opposite never both pass, and fail only where the other passes', () => {
  const value = fc.integer({ min: -500, max: 500 }).map((n) => n / 100);
  fc.assert(fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 12 }), (pairs) => {
    const data = study({ a: pairs.map(([v]) => v), b: pairs.map(([, v]) => v) });
    const [over, under] = evaluateClaims(['>', '<'].map((op) => ({ expect: `a.pose-error ${op} b.pose-error`, p: 0.05 })), data, { metrics });
    assert.deepEqual([over.support, over.oppose], [under.oppose, under.support]);
    const pair = `${over.verdict} ${under.verdict}`;
    assert.ok(['pass fail', 'fail pass', 'undecided undecided'].includes(pair), pair);
  }), { numRuns: 80 });
});

test('a level that is no probability is the user’s mistake', () => {
  assert.throws(() => judge({ expect: 'full.pose-error > 1', p: 5 }), (e) => e instanceof DiagnosticError && /expected p between 0 and 1, received 5/.test(e.message));
});
