import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Experiment } from '../../lib/ir/experiment.ts';
import { planHoisting, type HoistPlan } from '../../lib/plan/hoist/plan.ts';
import { hoistedExperiment } from '../../lib/plan/hoist/rewrite.ts';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { predictEvaluation } from '../../lib/plan/predict-evaluation.ts';
import { predictMemory } from '../../lib/plan/predict-memory.ts';
import { predictRun } from '../../lib/plan/predict-run.ts';
import { experiment as hoisting, FREE, registry } from '../hoist/support.ts';
import { nativeEngine } from '../support/native.ts';

before(nativeEngine);

const facechanger = (...set: string[]): Experiment => loadExperimentFile('experiments/facechanger.yaml', createContext(registry), { profile: 'quick', set });

describe('a run is predicted to take the most of its parts', () => {
  test('evaluation, where training is small', () => {
    const small = facechanger();
    const { peak, at, parts } = predictRun(small, registry);
    assert.deepEqual([at, peak, parts.hoisting], ['evaluation', predictEvaluation(small, registry), 0]);
    assert.equal(parts.training, predictMemory(small, registry).peak);
  });

  test('training, where the network is large or nothing is evaluated', () => {
    assert.equal(predictRun(facechanger('/models/generator/with/width=64', '/data/size=128'), registry).at, 'training');
    const { at, parts } = predictRun(facechanger('/evaluate/metrics=[]'), registry);
    assert.deepEqual([at, parts.evaluation], ['training', 0]);
  });

  test('evaluation takes more for larger pictures and weights', () => {
    const taken = (...set: string[]): number => predictEvaluation(facechanger(...set), registry);
    const weights = 4 * facechanger().step.weights.filter((w) => w.id.startsWith('generator/')).reduce((sum, w) => sum + w.shape.reduce<number>((n, d) => n * Number(d), 1), 0);
    assert.ok(taken('/data/size=128') > taken());
    assert.ok(taken('/models/generator/with/width=16') - taken() > 6 * weights, 'four times the weights, held thrice');
  });

  test('what is hoisted leaves the step, and its networks stay beside it', () => {
    const of = hoisting();
    const plan = planHoisting(of, registry, { samples: 8, readCost: FREE }).plan as HoistPlan;
    const [without, { parts }] = [predictRun(of, registry), predictRun(of, registry, plan)];
    assert.ok(parts.training > predictMemory(hoistedExperiment(of, plan), registry).peak);
    assert.ok(parts.hoisting > 0 && parts.hoisting < parts.training);
    assert.equal(without.parts.hoisting, 0);
  });
});
