import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { readPlan, readRecord, readSteps } from '../../lib/launch/run-files.ts';
import { runFolder, runsOf, type StudyPlan } from '../../lib/study/plan.ts';
import { swapgraph } from '../support/command.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-tables-'));
after(() => rmSync(folder, { recursive: true }));

// The experiment's own optimisers divide a gradient by its size (beta1 0, eps 1e-8): where it is next to zero, the last bit decides the sign of a
// whole step, and after a dozen steps two runs have nothing in common but their start. With this eps a gradient's noise stays noise.
const GENTLE = '{ type: adamw, lr: 5e-4, beta1: 0, beta2: 0.99, eps: 1e-2, clip-norm: 1 }';
const SMALL = {
  '/train/steps': '12', '/params/adversarial-start': '6', '/data/pictures': '24', '/data/batch': '2', '/evaluate/pairs': '6',
  '/phases/generator/optimizer': GENTLE, '/phases/critic/optimizer': GENTLE,
};

/** Runs the ablation of the quickstart, smaller still; what is computed once per sample is not shared between the two ways either. */
function run(name: string, ...flags: readonly string[]): string {
  const out = path.join(folder, name);
  const set = Object.entries(SMALL).flatMap(([pointer, value]) => ['--set', `${pointer}=${value}`]);
  const { code, err } = swapgraph(['run', 'ablations/normalization.yaml', '--profile', 'quick', '--engine', 'native-cpu', '--no-hoist', ...set, '--out', out, ...flags]);
  assert.equal(code, 0, err);
  return out;
}

/** The first step has the same weights in both, and the sums of each are rounded in an order of its own: measured, below 1e-6. */
const FIRST_LOSSES = 1e-5;
/** Every update makes that noise a few times larger: measured, 5.6e-4 at most in the dozen steps; ten times that. */
const LOSSES = 5e-3;
/** What the tables are made of: measured, cosines differ by 2e-5. Swaps that could not be measured are the same ones. */
const METRICS = 2e-3;

const near = (a: number, b: number, relative: number): boolean => Object.is(a, b) || Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b));

test('an ablation gives the same tables by compiled graphs and op by op', (t) => {
  const [compiled, eager] = [run('compiled'), run('eager', '--eager')];
  const plan = readPlan(compiled) as StudyPlan;
  assert.equal(runsOf(plan).length, 4);
  let [worst, compared] = [0, 0];
  for (const key of runsOf(plan)) {
    const [a, b] = [compiled, eager].map((dir) => path.join(dir, runFolder(key)));
    const [steps, others] = [readSteps(a), readSteps(b)];
    assert.deepEqual([steps.length, others.length], [12, 12]);
    steps.forEach(({ terms }, i) => Object.entries(terms).forEach(([term, loss]) => {
      worst = Math.max(worst, Math.abs(loss - others[i].terms[term]) / Math.abs(loss));
      assert.ok(near(loss, others[i].terms[term], i === 0 ? FIRST_LOSSES : LOSSES), `${runFolder(key)}, step ${i}, ${term}: ${loss} and ${others[i].terms[term]}`);
    }));
    const [record, other] = [readRecord(a), readRecord(b)];
    assert.ok(record?.status === 'finished' && other?.status === 'finished');
    assert.deepEqual([other.failures, other.configHash, other.dataHash], [record.failures, record.configHash, record.dataHash]);
    assert.deepEqual(Object.keys(record.metrics), ['id-retrieval', 'csim', 'pose-error', 'expression-error']);
    for (const [metric, value] of Object.entries(record.metrics)) {
      compared += Number.isFinite(value) ? 1 : 0;
      assert.ok(near(value, other.metrics[metric], METRICS), `${runFolder(key)}, ${metric}: ${value} and ${other.metrics[metric]}`);
      t.diagnostic(`${runFolder(key)}, ${metric}: ${value} compiled, ${other.metrics[metric]} op by op`);
    }
  }
  t.diagnostic(`losses differ by ${worst.toExponential(1)} at most`);
  assert.ok(compared >= 4, 'every run has a metric that was measured');
});
