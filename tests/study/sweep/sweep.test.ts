import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskFiles } from '../../../lib/compose/files.ts';
import { createContext, diagnosticsOf } from '../../../lib/plan/load.ts';
import { standardRegistry } from '../../../lib/standard-registry.ts';
import { expandFile } from '../../../lib/study/expand.ts';
import type { StudyPlan } from '../../../lib/study/plan.ts';
import type { VariantResult } from '../../../lib/study/result.ts';
import { bestPoint } from '../../../lib/study/sweep/best.ts';

const registry = standardRegistry();
const root = process.cwd();
const BASE = `kind: experiment
name: base
params: { a: { type: number, default: 1 }, b: { type: number, default: 1 } }
models: { critic: { graph: ${root}/graphs/critics/patchgan.yaml, with: { width: 4 } } }
data: { dataset: rendered-faces, size: 64, batch: 2 }
step: { inputs: { s: source.image, t: target.image }, nodes: { real: { model: critic, in: t }, fake: { model: critic, in: s } } }
phases:
  critic:
    update: [critic]
    optimizer: { type: sgd, lr: 1e-3 }
    terms:
      gan: { graph: ${root}/graphs/losses/critic-log.yaml, in: [real, fake], weight: $a }
      r1: { graph: ${root}/graphs/losses/r1.yaml, in: [real, t], weight: $b }
predict: { inputs: { s: source.image, t: target.image }, nodes: { swap: { op: add, in: [s, t] } }, outputs: { swap: swap } }
evaluate: { metrics: [csim, pose-error] }
train: { steps: 1000 }
profiles: { quick: { set: { /train/steps: 10 } } }
`;

const HEAD = 'kind: sweep\nname: s\nbase: ./base.yaml\n';
const plan = (body: string, options: Parameters<typeof expandFile>[2] = {}): StudyPlan =>
  expandFile('/sweep/s.yaml', createContext(registry, diskFiles(new Map([['/sweep/s.yaml', HEAD + body], ['/sweep/base.yaml', BASE]]))), options);
const fault = (body: string): string => {
  const [first] = diagnosticsOf(() => plan(body));
  assert.ok(first?.span, body);
  return `${first.message} ${first.hint ?? ''}`;
};
const factors = (p: StudyPlan): (Readonly<Record<string, string>> | undefined)[] => p.variants.slice(1).map((v) => v.factors);

test('a grid is every combination beside the base itself; what equals the base is left out', () => {
  const p = plan('search: { type: grid }\nspace: { a: { set: /params/a, choice: [1, 2] }, b: { set: /params/b, uniform: [0.5, 1.5], points: 3 } }\n');
  assert.deepEqual(p.variants.map((v) => v.name), ['base', 'p-01', 'p-03', 'p-04', 'p-05', 'p-06']);
  assert.deepEqual(factors(p)[0], { a: '1', b: '0.5' });
  assert.deepEqual(p.variants[5].patches, ['set /params/a = 2', 'set /params/b = 1.5']);
  assert.deepEqual(p.variants[5].experiment.phases.critic.terms.map((t) => t.weights), [[2], [1.5]]);
  assert.equal(p.kind, 'sweep');
  assert.match(fault('search: { type: grid }\nspace: { a: { set: /params/a, uniform: [0, 1] } }\n'), /a grid needs "points"/);
  assert.match(fault('search: { type: grid, runs: 3 }\nspace: { a: { set: /params/a, choice: [0, 1] } }\n'), /as many runs as combinations/);
});

test('int-uniform, log-uniform with points, and zip rows', () => {
  const ints = plan('search: { type: grid }\nspace: { w: { set: /models/critic/with/width, int-uniform: [2, 3] } }\n');
  assert.deepEqual(factors(ints), [{ w: '2' }, { w: '3' }]);
  const logs = plan('search: { type: grid }\nspace: { a: { set: /params/a, log-uniform: [0.01, 100], points: 5 } }\n');
  assert.deepEqual(factors(logs).map((f) => f?.a), ['0.01', '0.1', '10', '100'], 'the 1 of the base is left out');
  const zip = plan('search: { type: grid }\nspace: { both: { zip: { /params/a: [2, 3], /params/b: [4, 5] } } }\n');
  assert.deepEqual(zip.variants.slice(1).map((v) => v.patches), [['set /params/a = 2', 'set /params/b = 4'], ['set /params/a = 3', 'set /params/b = 5']]);
});

test('random and sobol points lie in their ranges, are repeatable, and a further axis moves no other', () => {
  for (const type of ['random', 'sobol']) {
    const of = (more: string, seed = 1): number[] => factors(plan(`search: { type: ${type}, runs: 8, seed: ${seed} }\nspace: { a: { set: /params/a, log-uniform: [0.1, 10] }${more} }\n`)).map((f) => Number(f?.a));
    const values = of('');
    assert.equal(new Set(values).size, 8);
    assert.ok(values.every((v) => v >= 0.1 && v <= 10));
    assert.deepEqual(of(''), values);
    assert.deepEqual(of(', b: { set: /params/b, uniform: [0, 5] }'), values);
    assert.notDeepEqual(of('', 2), values);
    if (type === 'sobol') assert.deepEqual(new Set(values.map((v) => Math.floor(4 * (Math.log10(v) + 1)))).size, 8, 'one in each eighth');
  }
});

test('named choices, when and exclude', () => {
  const body = (more: string): string => `search: { type: grid }
space:
  gan: { set: /phases/critic/terms/gan/graph, choice: { log: ${root}/graphs/losses/critic-log.yaml, hinge: ${root}/graphs/losses/hinge-critic.yaml } }
  gamma: { when: $gan == hinge, add: /phases/critic/terms/r1/with, choice: [{ gamma: 1 }, { gamma: 5 }] }
${more}`;
  assert.deepEqual(factors(plan(body(''))), [{ gan: 'hinge', gamma: '{"gamma":1}' }, { gan: 'hinge', gamma: '{"gamma":5}' }]);
  assert.deepEqual(factors(plan(body('  a: { set: /params/a, choice: [2, 3] }\nexclude: ["gan == log and a > 2"]\n'))).length, 5);
  assert.match(fault(body('exclude: ["gun == log"]\n')), /no axis or choice "gun".*"gan"/);
  assert.match(fault(body('exclude: ["gan"]\n')), /neither true nor false/);
  assert.match(fault('search: { type: random, runs: 4 }\nspace: { a: { set: /params/a, uniform: [0, 1] } }\nexclude: ["a < 2"]\n'), /leaves too little of the space/);
});

test('paths in choices are relative to the sweep\'s file, unknown targets are errors at the axis', () => {
  assert.match(fault('search: { type: grid }\nspace: { g: { set: /phases/critic/terms/gan/graph, choice: [./missing.yaml] } }\n'), /sweep\/missing.yaml/);
  assert.match(fault('search: { type: grid }\nspace: { g: { set: /params/c, choice: [1] } }\n'), /has no "c"/);
});

test('mistakes in search, space and objective are named', () => {
  const ok = 'space: { a: { set: /params/a, choice: [2, 3] } }\n';
  assert.match(fault(`search: { type: optuna, runs: 3 }\n${ok}`), /"optuna" is not available yet/);
  assert.match(fault(`search: { type: random }\n${ok}`), /needs "runs"/);
  assert.match(fault(`search: { type: gird }\n${ok}`), /"grid"/);
  assert.match(fault(`search: { type: grid }\n`), /has no "space"/);
  for (const [axis, wanted] of [
    ['{ choice: [1] }', /one of set, add and zip/], ['{ set: /params/a }', /one of choice, uniform/], ['{ set: params/a, choice: [1] }', /is no pointer/], ['{ set: /params/a, chioce: [1] }', /"choice"/],
    ['{ set: /params/a, uniform: [2, 1] }', /low < high/], ['{ set: /params/a, log-uniform: [0, 1] }', /starts above 0/], ['{ set: /params/a, int-uniform: [0.5, 2] }', /whole numbers/],
    ['{ set: /params/a, choice: [1, 1] }', /two choices are called "1"/], ['{ zip: { /params/a: [1, 2], /params/b: [1] } }', /equal lengths: 2, 1/],
  ] as const) assert.match(fault(`search: { type: grid }\nspace: { a: ${axis} }\n`), wanted, axis);
  for (const [objective, wanted] of [
    ['{ maximize: csmi }', /"csim"/], ['{ maximize: csim, minimize: csim }', /one of maximize and minimize/], ['{ maximize: csim, subject-to: pose < 4 }', /"pose" is no metric/], ['{ maximize: csim, subject-to: pose-error < }', /expected a value/],
  ] as const) assert.match(fault(`search: { type: grid }\n${ok}objective: ${objective}\n`), wanted, objective);
});

const STOP = 'search: { type: grid }\nspace: { a: { set: /params/a, choice: [2, 3] } }\nobjective: { maximize: csim, subject-to: pose-error < 4 }\nstop: { type: asha, rungs: [100, 300, 900], reduction: 3 }\n';

test('objective and stop are planned, and points that could not be compared are refused', () => {
  const p = plan(STOP);
  assert.deepEqual(p.objective, { metric: 'csim', better: 'higher', subjectTo: 'pose-error < 4' });
  assert.deepEqual(p.stop, { type: 'asha', metric: 'csim', better: 'higher', rungs: [100, 300, 900], reduction: 3 });
  assert.match(fault(STOP.replace('300, 900', '300, 200')), /"rungs" rise/);
  assert.match(fault(STOP.replace('900', '1000')), /before the end of training, at step 1000 of "base"/);
  assert.match(fault(STOP.replace('a: { set', 'n: { set: /train/steps, choice: [900] }, a: { set')), /at step 900 of "p-01"/);
  assert.match(fault(STOP.replace('a: { set', 'e: { set: /evaluate/metrics, choice: [[pose-error]] }, a: { set')), /"p-01" does not evaluate "csim"/);
  assert.equal(plan(STOP.replace('asha,', 'asha, metric: pose-error,')).stop?.better, 'lower', 'a metric other than the objective goes by its own direction');
  assert.equal(plan(STOP.replace('maximize', 'minimize')).stop?.better, 'lower');
});

test('seeds, profiles and --set reach every point', () => {
  const p = plan('seeds: 2\nsearch: { type: grid }\nspace: { a: { set: /params/a, choice: [2] } }\n', { profile: 'quick', set: ['/data/size=32'] });
  assert.deepEqual(p.seeds, [0, 1]);
  assert.deepEqual(p.variants.map((v) => [v.experiment.train.steps, v.experiment.data.size]), [[10, 32], [10, 32]]);
});

test('the best point has the best mean among those that fulfil the constraint', () => {
  const variant = (name: string, ...runs: (readonly [csim: number, pose: number])[]): VariantResult => ({
    name, baseline: name === 'base', runs: runs.map(([csim, pose], seed) => ({ seed, status: 'finished' as const, metrics: { csim, 'pose-error': pose } })),
  });
  const all = [variant('base', [0.5, 3], [0.5, 3]), variant('bold', [0.9, 9], [0.9, 9]), variant('good', [0.7, 3.5], [0.8, 3.7]), variant('undefined', [NaN, 1])];
  const objective = { metric: 'csim', better: 'higher', subjectTo: 'pose-error < 4' } as const;
  assert.deepEqual(bestPoint(all, objective), { variant: 'good', metric: 'csim', value: 0.75 });
  assert.equal(bestPoint(all, { metric: 'csim', better: 'higher' })?.variant, 'bold');
  assert.equal(bestPoint(all, { metric: 'pose-error', better: 'lower' })?.variant, 'undefined');
  assert.equal(bestPoint(all, { ...objective, subjectTo: 'pose-error < 0' }), undefined);
});

test('counts that no study has are refused before they fill the memory', () => {
  const space = (axis: string): string => `search: { type: grid }\nspace: { width: ${axis} }\n`;
  assert.throws(() => plan(`${space('{ set: /models/critic/with/width, int-uniform: [1, 1000000000] }')}`), /would have 1000000000 points/);
  assert.throws(() => plan(`${space('{ set: /models/critic/with/width, uniform: [1, 2], points: 1000000000 }')}`), /at most 10000/);
  assert.throws(() => plan(`seeds: 1000000000\n${space('{ set: /models/critic/with/width, choice: [8, 16] }')}`), /number of seeds \(1 to 1000\)/);
});
