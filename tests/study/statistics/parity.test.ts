import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { bcaInterval, percentileInterval } from '../../../lib/study/statistics/bootstrap.ts';
import { cohenDz, hedgesGz } from '../../../lib/study/statistics/effect.ts';
import { holm } from '../../../lib/study/statistics/holm.ts';
import { incompleteBeta } from '../../../lib/study/statistics/incomplete-beta.ts';
import { meanInterval } from '../../../lib/study/statistics/interval.ts';
import { logGamma } from '../../../lib/study/statistics/log-gamma.ts';
import { mean, quantile, standardDeviation } from '../../../lib/study/statistics/moments.ts';
import { noncentralStudentCdf } from '../../../lib/study/statistics/noncentral-student.ts';
import { normalCdf, normalQuantile } from '../../../lib/study/statistics/normal.ts';
import { pairedT } from '../../../lib/study/statistics/paired-t.ts';
import type { Alternative } from '../../../lib/study/statistics/paired-t.ts';
import { minimalDetectableEffect, pairedPower, seedsForEffect } from '../../../lib/study/statistics/power.ts';
import { signFlip } from '../../../lib/study/statistics/sign-flip.ts';
import { studentQuantile, studentSurvival } from '../../../lib/study/statistics/student.ts';
import { wilcoxon } from '../../../lib/study/statistics/wilcoxon.ts';

type ByAlternative<T> = Record<Alternative, T>;
interface Sample {
  values: number[];
  mean: number;
  deviation: number;
  quantiles: [number, number][];
  intervals: [number, number, number][];
  t: ByAlternative<[number, number]>;
  dz: number;
  gz?: number;
  'sign-flip'?: ByAlternative<number>;
  wilcoxon: ByAlternative<number>;
  'wilcoxon-approximate': ByAlternative<number>;
}
interface Fixture {
  functions: Record<string, number[][]>;
  samples: Sample[];
  tied: { values: number[]; p: ByAlternative<number> }[];
  bootstrap: { values: number[]; statistic: 'mean' | 'deviation'; replicates: number[]; bca: [number, number]; percentile: [number, number] }[];
  holm: [number[], number[]][];
  power: { power: number[][]; seeds: number[][]; detectable: number[][] };
}

const fixture = JSON.parse(readFileSync(new URL('../../parity/fixtures/statistics.json', import.meta.url), 'utf8')) as Fixture;
const alternatives: Alternative[] = ['greater', 'less', 'two-sided'];

/** Asserts |received - expected| <= tolerance times the larger of 1 and |expected| (`relative`: times |expected| alone). */
function near(received: number, expected: number, what: string, tolerance = 1e-10, relative = false): void {
  const scale = relative ? Math.abs(expected) : Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(received - expected) <= tolerance * scale + 1e-300, `${what}: received ${received}, SciPy has ${expected}`);
}

const functions: Record<string, [(...args: number[]) => number, number]> = {
  'log-gamma': [logGamma, 1e-12],
  'incomplete-beta': [(a, b, x) => incompleteBeta(a, b, x), 1e-11],
  'normal-cdf': [normalCdf, 1e-12],
  'normal-quantile': [normalQuantile, 1e-11],
  'student-survival': [studentSurvival, 1e-10],
  'student-quantile': [studentQuantile, 1e-10],
};

describe('distributions equal SciPy', () => {
  for (const [name, [f, tolerance]] of Object.entries(functions)) {
    test(`${name}, to ${tolerance} of its value`, () => {
      assert.ok(fixture.functions[name].length >= 8);
      for (const point of fixture.functions[name]) {
        near(f(...point.slice(0, -1)), point[point.length - 1], `${name}(${point.slice(0, -1)})`, tolerance, true);
      }
    });
  }

  test('noncentral t, to 1e-10', () => {
    for (const [t, df, delta, expected] of fixture.functions['noncentral-student-cdf']) {
      near(noncentralStudentCdf(t, df, delta), expected, `F(${t}; ${df}, ${delta})`);
    }
  });
});

describe('statistics of samples equal SciPy', () => {
  for (const sample of fixture.samples) {
    const d = sample.values;
    test(`n = ${d.length}, mean ${sample.mean.toFixed(3)}`, () => {
      near(mean(d), sample.mean, 'mean', 1e-14);
      near(standardDeviation(d), sample.deviation, 'deviation', 1e-14);
      for (const [p, expected] of sample.quantiles) near(quantile(d, p), expected, `quantile ${p}`, 1e-14);
      for (const [confidence, low, high] of sample.intervals) {
        const interval = meanInterval(d, confidence);
        near(interval.low, low, `low end at ${confidence}`);
        near(interval.high, high, `high end at ${confidence}`);
      }
      near(cohenDz(d), sample.dz, 'd_z', 1e-12);
      if (sample.gz !== undefined) near(hedgesGz(d), sample.gz, 'g_z', 1e-11);
      for (const a of alternatives) {
        near(pairedT(d, a).t, sample.t[a][0], 't', 1e-11);
        near(pairedT(d, a).p, sample.t[a][1], `t test, ${a}`, 1e-10, true);
        near(wilcoxon(d, a).p, sample.wilcoxon[a], `exact signed rank, ${a}`, 1e-12, true);
        near(wilcoxon(d, a, 0).p, sample['wilcoxon-approximate'][a], `approximate signed rank, ${a}`, 1e-11, true);
        if (sample['sign-flip']) near(signFlip(d, { alternative: a }).p, sample['sign-flip'][a], `sign flip, ${a}`, 1e-12, true);
      }
    });
  }

  test('signed ranks with ties and zeros equal the permutation distribution of the mean ranks', () => {
    for (const { values, p } of fixture.tied) {
      for (const a of alternatives) near(wilcoxon(values, a).p, p[a], `${values}, ${a}`, 1e-12, true);
    }
  });

  test('bootstrap intervals from the same replicates equal scipy.stats.bootstrap', () => {
    for (const { values, statistic, replicates, bca, percentile } of fixture.bootstrap) {
      const f = statistic === 'mean' ? mean : standardDeviation;
      const jackknife = values.map((_, left) => f(values.filter((__, i) => i !== left)));
      const corrected = bcaInterval({ replicates, jackknife, estimate: f(values) });
      const plain = percentileInterval(replicates);
      near(corrected.low, bca[0], 'BCa low');
      near(corrected.high, bca[1], 'BCa high');
      near(plain.low, percentile[0], 'percentile low', 1e-14);
      near(plain.high, percentile[1], 'percentile high', 1e-14);
    }
  });
});

describe('planning and correction equal statsmodels', () => {
  test('Holm', () => {
    for (const [p, expected] of fixture.holm) holm(p).forEach((value, i) => near(value, expected[i], `Holm of ${p}`, 1e-14));
  });

  test('power of the paired t test, to 1e-9', () => {
    for (const [effect, n, level, sides, expected] of fixture.power.power) {
      near(pairedPower(effect, n, { level, sides: sides as 1 | 2 }), expected, `power(${effect}, ${n}, ${level}, ${sides})`, 1e-9);
    }
  });

  test('number of seeds', () => {
    for (const [effect, level, sides, power, expected] of fixture.power.seeds) {
      assert.equal(seedsForEffect(effect, { level, sides: sides as 1 | 2, power }), expected, `seeds for ${effect} at ${level}, ${sides}-sided`);
    }
  });

  test('minimal detectable effect, to 1e-8', () => {
    for (const [n, level, sides, power, expected] of fixture.power.detectable) {
      near(minimalDetectableEffect(n, { level, sides: sides as 1 | 2, power }), expected, `effect at n ${n}`, 1e-8);
    }
  });
});
