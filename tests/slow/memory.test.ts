import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Experiment } from '../../lib/ir/experiment.ts';
import { planHoisting } from '../../lib/plan/hoist/plan.ts';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { predictMemory } from '../../lib/plan/predict-memory.ts';
import { predictRun } from '../../lib/plan/predict-run.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { nativeEngine } from '../support/native.ts';
import { runMemory, stepMemory } from '../support/step-memory.ts';

before(nativeEngine);

const registry = standardRegistry();
const fileOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const deep = fileOf('tests/support/deep/deep.yaml');
const depth = (remat: boolean): string => `/models/net/with={depth: 32, remat: ${String(remat)}}`;

test('recomputation saves most of what a deep network keeps', () => {
  const [plain, again] = [false, true].map((remat) => stepMemory(deep, '--set', depth(remat)));
  const taken = (m: typeof plain): number => m.peak - m.loaded;
  assert.ok(taken(again) < 0.5 * taken(plain), `${taken(again).toFixed(0)} MiB with, ${taken(plain).toFixed(0)} without`);
  for (const [term, value] of Object.entries(plain.terms)) assert.ok(Math.abs(again.terms[term] - value) <= 1e-5 * Math.abs(value), term);
});

test('recomputation saves as much in mixed precision', () => {
  const [plain, again] = [false, true].map((remat) => stepMemory(deep, '--set', depth(remat), '--set', '/precision=mixed-bfloat16'));
  const taken = (m: typeof plain): number => m.peak - m.loaded;
  assert.ok(taken(again) < 0.5 * taken(plain), `${taken(again).toFixed(0)} MiB with, ${taken(plain).toFixed(0)} without`);
});

test('recomputation saves memory in the eager step', () => {
  const [plain, again] = [false, true].map((remat) => stepMemory(deep, '--eager', '--steps', '1', '--set', depth(remat)));
  assert.ok(again.peak - again.loaded < 0.5 * (plain.peak - plain.loaded), `${again.peak.toFixed(0)} MiB with, ${plain.peak.toFixed(0)} without`);
});

describe('the predicted peak is within 25 % of the measured one', () => {
  const cases: readonly (readonly [string, string, number, readonly string[]])[] = [
    ['facechanger-small', 'experiments/facechanger-small.yaml', 2000, []],
    ['the benchmark at 64 pixels', 'tests/bench/step/step.yaml', 0, ['/data/size=64']],
    ['the benchmark at 128 pixels', 'tests/bench/step/step.yaml', 0, ['/data/size=128']],
    ['the deep network', 'tests/support/deep/deep.yaml', 0, ['/models/net/with={depth: 16}']],
    ['the deep network, recomputed', 'tests/support/deep/deep.yaml', 0, [depth(true)]],
    ['the deep network, recomputed, in mixed precision', 'tests/support/deep/deep.yaml', 0, [depth(true), '/precision=mixed-bfloat16']],
    ['the deep network in mixed precision', 'tests/support/deep/deep.yaml', 0, ['/models/net/with={depth: 16}', '/precision=mixed-bfloat16']],
  ];
  for (const [title, name, at, set] of cases) {
    test(title, (t) => {
      const file = fileOf(name);
      const { peak } = stepMemory(file, '--steps', '2', '--at', String(at), ...set.flatMap((s) => ['--set', s]));
      const predicted = predictMemory(loadExperimentFile(file, createContext(registry), { set }), registry).peak / 2 ** 20;
      const both = `predicted ${predicted.toFixed(0)} MiB, measured ${peak.toFixed(0)}`;
      t.diagnostic(both);
      assert.ok(Math.abs(predicted / peak - 1) <= 0.25, both);
    });
  }
});

describe('the predicted peak of the other parts of a run is within 25 % of the measured one', () => {
  const load = (name: string, set: readonly string[], profile?: string): Experiment => loadExperimentFile(fileOf(name), createContext(registry), { set, ...(profile ? { profile } : {}) });
  const assertNear = (predicted: number, measured: number): void => assert.ok(Math.abs(predicted / 2 ** 20 / measured - 1) <= 0.25, `predicted ${(predicted / 2 ** 20).toFixed(0)} MiB, measured ${measured.toFixed(0)}`);
  const flagsOf = (set: readonly string[]): string[] => set.flatMap((s) => ['--set', s]);

  test('evaluation of a small network', () => {
    assertNear(predictRun(load('experiments/facechanger.yaml', [], 'quick'), registry).parts.evaluation, runMemory('evaluation', fileOf('experiments/facechanger.yaml'), '--profile', 'quick'));
  });

  test('evaluation of a larger one', () => {
    const set = ['/evaluate/pairs=16', '/models/generator/with={ width: 64, depth: 2 }'];
    assertNear(predictRun(load('experiments/facechanger.yaml', set), registry).parts.evaluation, runMemory('evaluation', fileOf('experiments/facechanger.yaml'), ...flagsOf(set)));
  });

  test('training beside what is computed once per sample', () => {
    const experiment = load('tests/bench/hoist/hoist.yaml', []);
    const { plan } = planHoisting(experiment, registry, { samples: 16 });
    assert.ok(plan);
    assertNear(predictRun(experiment, registry, plan).peak, runMemory('hoisted', fileOf('tests/bench/hoist/hoist.yaml'), '--steps', '2'));
  });
});
