import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { stream } from '../../../lib/random/stream.ts';
import { bootstrap, bootstrapReplicates, clusterBootstrap, percentileInterval } from '../../../lib/study/statistics/bootstrap.ts';
import { cohenDz, hedgesG, hedgesGz } from '../../../lib/study/statistics/effect.ts';
import { holm } from '../../../lib/study/statistics/holm.ts';
import { meanInterval } from '../../../lib/study/statistics/interval.ts';
import { differences, mean, quantile, standardDeviation } from '../../../lib/study/statistics/moments.ts';
import { noncentralStudentCdf } from '../../../lib/study/statistics/noncentral-student.ts';
import { normalCdf, normalQuantile } from '../../../lib/study/statistics/normal.ts';
import { pairedT } from '../../../lib/study/statistics/paired-t.ts';
import { minimalDetectableEffect, pairedPower, seedsForEffect } from '../../../lib/study/statistics/power.ts';
import { findRoot } from '../../../lib/study/statistics/root.ts';
import { signFlip } from '../../../lib/study/statistics/sign-flip.ts';
import { studentCdf, studentQuantile } from '../../../lib/study/statistics/student.ts';
import { midRanks, wilcoxon } from '../../../lib/study/statistics/wilcoxon.ts';

const value = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000);
const sample = fc.array(value, { minLength: 3, maxLength: 9 }).filter((d) => standardDeviation(d) > 0.01);
const scale = fc.integer({ min: 1, max: 1000 }).map((n) => n / 10);
const near = (a: number, b: number, tolerance = 1e-9): void => assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b)), `${a} is not ${b}`);
const reversed = (d: readonly number[]): number[] => [...d].reverse();

describe('order does not matter', () => {
  test('to tests, intervals and effects', () => {
    fc.assert(fc.property(sample, (d) => {
      near(pairedT(d).p, pairedT(reversed(d)).p);
      near(meanInterval(d).low, meanInterval(reversed(d)).low);
      near(cohenDz(d), cohenDz(reversed(d)));
      assert.equal(signFlip(d).p, signFlip(reversed(d)).p);
      assert.equal(wilcoxon(d).p, wilcoxon(reversed(d)).p);
    }), { numRuns: 60 });
  });
});

describe('scale and sign', () => {
  test('intervals scale with the data; p-values and effects do not', () => {
    fc.assert(fc.property(sample, scale, (d, k) => {
      const scaled = d.map((v) => v * k);
      near(meanInterval(scaled).high, k * meanInterval(d).high, 1e-8);
      near(standardDeviation(scaled), k * standardDeviation(d), 1e-8);
      near(pairedT(scaled, 'greater').p, pairedT(d, 'greater').p);
      near(hedgesGz(scaled), hedgesGz(d));
      assert.equal(signFlip(scaled).p, signFlip(d).p);
    }), { numRuns: 60 });
  });

  test('turning the signs round swaps the one-sided tests', () => {
    fc.assert(fc.property(sample, (d) => {
      const turned = d.map((v) => -v);
      near(pairedT(d, 'greater').p, pairedT(turned, 'less').p);
      assert.equal(signFlip(d, { alternative: 'greater' }).p, signFlip(turned, { alternative: 'less' }).p);
      assert.equal(wilcoxon(d, 'greater').p, wilcoxon(turned, 'less').p);
      near(cohenDz(d), -cohenDz(turned));
    }), { numRuns: 60 });
  });

  test('a shift moves the mean, its interval and the quantiles alone', () => {
    fc.assert(fc.property(sample, value, (d, by) => {
      const moved = d.map((v) => v + by);
      near(mean(moved), mean(d) + by);
      near(quantile(moved, 0.3), quantile(d, 0.3) + by);
      near(standardDeviation(moved), standardDeviation(d), 1e-7);
      near(meanInterval(moved).low, meanInterval(d).low + by, 1e-8);
    }), { numRuns: 60 });
  });
});

describe('distributions', () => {
  const p = fc.integer({ min: 1, max: 99_999 }).map((n) => n / 100_000);
  test('quantiles invert', () => {
    fc.assert(fc.property(p, fc.integer({ min: 1, max: 200 }), (share, df) => {
      near(studentCdf(studentQuantile(share, df), df), share, 1e-11);
      near(normalCdf(normalQuantile(share)), share, 1e-13);
    }), { numRuns: 150 });
  });

  test('the noncentral t rises with t, falls with its noncentrality and meets Student at 0', () => {
    fc.assert(fc.property(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: -60, max: 60 }), (t10, df, delta10) => {
      const [t, delta] = [t10 / 10, delta10 / 10];
      assert.ok(noncentralStudentCdf(t + 0.1, df, delta) >= noncentralStudentCdf(t, df, delta) - 1e-12);
      assert.ok(noncentralStudentCdf(t, df, delta + 0.1) <= noncentralStudentCdf(t, df, delta) + 1e-12);
      near(noncentralStudentCdf(t, df, 0), studentCdf(t, df), 1e-11);
    }), { numRuns: 80 });
  });
});

describe('coverage, on a fixed stream', () => {
  test('the 95 % t interval covers the true mean in about 95 % of 2000 samples of 5', () => {
    const normal = stream(1, 'coverage');
    let covered = 0;
    for (let i = 0; i < 2000; i++) {
      const { low, high } = meanInterval(Array.from({ length: 5 }, () => 3 + 2 * normal.normal()));
      if (low <= 3 && 3 <= high) covered += 1;
    }
    assert.ok(covered / 2000 > 0.935 && covered / 2000 < 0.965, `${covered / 2000}`);
  });

  test('BCa covers the mean of a skewed sample better than chance would explain', () => {
    const draws = stream(2, 'skewed');
    let covered = 0;
    for (let i = 0; i < 150; i++) {
      const values = Array.from({ length: 25 }, () => -Math.log(1 - draws.uniform()));
      const { low, high } = bootstrap(values, mean, { stream: draws.at(i), resamples: 400 });
      if (low <= 1 && 1 <= high) covered += 1;
    }
    assert.ok(covered / 150 > 0.86, `${covered / 150}`);
  });

  test('under the null hypothesis each one-sided test rejects at no more than about its level', () => {
    const normal = stream(3, 'null');
    const rejected = { t: 0, flip: 0, rank: 0 };
    for (let i = 0; i < 1500; i++) {
      const d = Array.from({ length: 7 }, () => normal.normal());
      if (pairedT(d, 'greater').p < 0.05) rejected.t += 1;
      if (signFlip(d, { alternative: 'greater' }).p < 0.05) rejected.flip += 1;
      if (wilcoxon(d, 'greater').p < 0.05) rejected.rank += 1;
    }
    for (const [name, count] of Object.entries(rejected)) assert.ok(count / 1500 < 0.068 && count / 1500 > 0.02, `${name}: ${count / 1500}`);
  });
});

describe('bootstrap', () => {
  test('the same stream gives the same interval, another stream another', () => {
    const d = [1, 2, 4, 8, 16, 3];
    const once = bootstrap(d, mean, { stream: stream(5, 'a'), resamples: 300 });
    assert.deepEqual(once, bootstrap(d, mean, { stream: stream(5, 'a'), resamples: 300 }));
    assert.notDeepEqual(once, bootstrap(d, mean, { stream: stream(5, 'b'), resamples: 300 }));
  });

  test('data that do not vary give themselves', () => {
    assert.deepEqual(bootstrap([2, 2, 2], mean, { stream: stream(1), resamples: 50 }), { low: 2, high: 2 });
  });

  test('clusters of equal values widen the interval as far as their number says', () => {
    const identities = [1, 2, 3, 4, 5, 6];
    const values = identities.flatMap((id) => Array.from({ length: 20 }, () => id));
    const clusters = values.map((v) => `identity-${v}`);
    const whole = clusterBootstrap(values, clusters, { stream: stream(9), resamples: 2000, method: 'percentile' });
    const naive = bootstrap(values, mean, { stream: stream(9), resamples: 500, method: 'percentile' });
    const six = percentileInterval(bootstrapReplicates(identities, mean, { stream: stream(9), resamples: 2000 }));
    near(whole.low, six.low);
    near(whole.high, six.high);
    assert.ok(whole.high - whole.low > 3 * (naive.high - naive.low));
  });
});

describe('Holm', () => {
  const ps = fc.array(fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000), { minLength: 1, maxLength: 8 });
  test('lies between the p-values and Bonferroni, keeps their order and does not depend on it', () => {
    fc.assert(fc.property(ps, (p) => {
      const corrected = holm(p);
      corrected.forEach((c, i) => {
        assert.ok(c >= p[i] && c <= Math.min(1, p.length * p[i]) + 1e-15);
        corrected.forEach((other, j) => assert.ok(!(p[i] < p[j]) || c <= other));
      });
      assert.deepEqual(reversed(holm(reversed(p))), corrected);
    }));
  });
});

describe('planning', () => {
  test('power rises with seeds and effect, and the planned number is the first that suffices', () => {
    fc.assert(fc.property(fc.integer({ min: 3, max: 30 }), fc.constantFrom(1 as const, 2 as const), (tenths, sides) => {
      const effect = tenths / 10;
      const n = seedsForEffect(effect, { sides });
      assert.ok(pairedPower(effect, n, { sides }) >= 0.8);
      assert.ok(n === 2 || pairedPower(effect, n - 1, { sides }) < 0.8);
      assert.ok(minimalDetectableEffect(n, { sides }) <= effect + 1e-9);
    }), { numRuns: 25 });
  });

  test('no effect has the power of the level', () => {
    near(pairedPower(0, 6, { level: 0.05 }), 0.05);
    near(pairedPower(0, 6, { level: 0.05, sides: 2 }), 0.05);
    assert.throws(() => seedsForEffect(0), /needs more than 10000 seeds/);
  });

  test('a huge effect neither underflows nor overflows', () => {
    near(pairedPower(60, 5), 1, 1e-12);
    assert.ok(minimalDetectableEffect(2, { level: 0.001 }) > 100);
  });
});

describe('small cases by hand', () => {
  test('five equal signs have a one-sided sign-flip p of 1/32 and signed-rank p of 1/32', () => {
    const d = [1.31, 1.4, 1.22, 1.35, 1.19];
    assert.equal(signFlip(d, { alternative: 'greater' }).p, 1 / 32);
    assert.equal(wilcoxon(d, 'greater').p, 1 / 32);
  });

  test('many differences are sampled, near the exact share, and want a stream', () => {
    const d = Array.from({ length: 18 }, (_, i) => Math.sin(i) + 0.3);
    const exact = signFlip(d, { exactUpTo: 18 });
    const sampled = signFlip(d, { stream: stream(4, 'flips') });
    assert.equal(sampled.exact, false);
    near(sampled.p, exact.p, 0.02);
    assert.throws(() => signFlip(d), /hand over a stream/);
  });

  test('equal values share their mean rank; differences that are all zero say nothing', () => {
    assert.deepEqual(midRanks([3, 1, 3, 2]), [3.5, 1, 3.5, 2]);
    assert.equal(wilcoxon([0, 0, 0]).p, 1);
    assert.equal(cohenDz([0, 0]), 0);
    assert.equal(cohenDz([2, 2]), Infinity);
  });

  test("Hedges' g of independent samples", () => {
    // d = 1 and J(4) = Γ(2)/(√2 Γ(1.5)) = 0.797884560802865
    near(hedgesG([1, 2, 3], [0, 1, 2]), 0.797884560802865, 1e-12);
  });

  test('equal values have exactly their own mean', () => {
    assert.equal(mean([0.1, 0.1, 0.1]), 0.1);
    assert.equal(standardDeviation([0.1, 0.1, 0.1]), 0);
  });

  test('roots', () => {
    near(findRoot((x) => x * x - 2, 0, 5), Math.SQRT2, 1e-14);
    near(findRoot((x) => Math.cos(x) - x, 0, 1), 0.7390851332151607, 1e-14);
    assert.throws(() => findRoot((x) => x * x + 1, 0, 1), /no change of sign/);
  });

  test('wrong input is named', () => {
    assert.throws(() => meanInterval([1]), /wants 2 values or more, received 1/);
    assert.throws(() => pairedT([1, NaN]), /finite numbers, received NaN at index 1/);
    assert.throws(() => differences([1], [1, 2]), /equally long/);
    assert.throws(() => holm([1.5]), /lies in \[0, 1\]/);
    assert.throws(() => hedgesGz([1, 2]), /wants 3 values or more/);
    assert.throws(() => meanInterval([1, 2], 95), /confidence lies between 0 and 1/);
  });
});
