import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import { DTYPE, Graph } from '../../../lib/compile/graph/graph.ts';
import { readCachedGraph, writeCachedGraph, type GraphCache } from '../../../lib/compile/graph/graph-cache.ts';
import { createCompiledStep } from '../../../lib/compile/step/compiled/compiled.ts';
import type { StepOutcome, TrainState } from '../../../lib/compile/step/step-engine.ts';
import { bindProgram } from '../../../lib/compile/program.ts';
import { activeSet, allSets } from '../../../lib/compile/step/compiled/active-set.ts';
import { stepKey } from '../../../lib/compile/step/compiled/step-key.ts';
import { schedulePhases } from '../../../lib/compile/step/plan.ts';
import { weightsOf } from '../../../lib/compile/step/step-weights.ts';
import { bindDims } from '../../../lib/ir/bind.ts';
import { concreteShape } from '../../../lib/shape/shape.ts';
import type { Experiment } from '../../../lib/ir/experiment.ts';
import { nativeEngine } from '../../support/native.ts';
import { batchAt, registry, toy } from './support.ts';

before(nativeEngine);
let cache: GraphCache = { folder: '', code: '', now: () => Date.now() };
beforeEach(() => { cache = { folder: mkdtempSync(path.join(os.tmpdir(), 'swapgraph-graphs-')), code: 'test 1', now: () => Date.now() }; });
afterEach(() => rmSync(cache.folder, { recursive: true, force: true }));

const entries = (): string[] => readdirSync(cache.folder).sort();

/** Trains for three steps, with the cache or without. */
async function train(experiment: Experiment, used: GraphCache | 'none' = cache): Promise<{ readonly outcomes: readonly StepOutcome[]; readonly state: TrainState }> {
  const engine = createCompiledStep(experiment, { registry, seed: 3, given: new Map(), ...(used === 'none' ? {} : { cache: used }) });
  const outcomes: StepOutcome[] = [];
  for (let step = 0; step < 3; step++) outcomes.push(await engine.run(batchAt(experiment, step), step));
  const state = await engine.save();
  await engine.dispose();
  return { outcomes, state };
}

test('a step from the cache is, bit by bit, the one that was recorded', async () => {
  const recorded = await train(toy());
  assert.equal(entries().length, 1);
  assert.deepEqual(await train(toy()), recorded);
  assert.equal(entries().length, 1);
  // TensorFlow does not read it, though its sum is right.
  const [key] = entries();
  const table = readCachedGraph<unknown>(cache, key)?.table;
  rmSync(path.join(cache.folder, key), { recursive: true });
  writeCachedGraph(cache, key, [{ name: 'x', op: 'NoSuchOperation', inputs: [], attributes: {}, outputs: [] }], table);
  assert.deepEqual(await train(toy()), recorded);
  assert.ok(readFileSync(path.join(cache.folder, key, 'saved_model.pb')).length > 10_000, 'the entry was written anew');
});

test('an entry holds no number of the experiment that wrote it: a sweep over loss weights shares one', async () => {
  const first = await train(toy());
  const other = toy('/phases/generator/terms/same/weight=0.25');
  const cached = await train(other);
  assert.equal(entries().length, 1);
  assert.notDeepEqual(cached.state, first.state);
  rmSync(cache.folder, { recursive: true });
  assert.deepEqual(await train(other, 'none'), cached);
  assert.ok(!existsSync(cache.folder), 'without a cache nothing is kept');
});

/** The address of an experiment's first step. */
function keyOf(set: readonly string[], code = 'test 1'): string {
  const experiment = toy(...set);
  const phases = schedulePhases(experiment);
  const state = [...weightsOf(experiment).values()].map((w) => [`weight:${w.id}`, concreteShape(w.shape)] as const);
  const fields = Object.fromEntries(experiment.step.inputs.map((i) => [i.name, { shape: concreteShape(i.shape), dtype: i.dtype }]));
  const source = { experiment, registry, program: bindProgram(bindDims(experiment.step, new Map()), registry), phases, fields, state };
  return stepKey(source, allSets(experiment, phases, activeSet(experiment, phases, 0)), code);
}

test('what is fed shares an address: loss weights, learning rates, lengths, data, seeds, places in files', () => {
  const same = [
    '/phases/generator/terms/fixed/weight=0.25', '/phases/critic/terms/r1/weight=7', '/phases/critic/optimizer/lr=1e-3', '/train/steps=21',
    '/phases/generator/optimizer/groups=[{ weights: generator/stem, lr-factor: 0.25 }]', '/data/seed=5', '/train/checkpoint={ every: 2, keep: 1 }',
  ];
  for (const set of same) assert.equal(keyOf([set]), keyOf([]), set);
});

test('what is recorded has addresses of its own: graphs, optimisers, sets of terms, sizes, averages, code', () => {
  const others = [
    [], ['/models/critic/with/width=6'], ['/phases/critic/optimizer/eps=1e-3'], ['/phases/critic/optimizer/clip-norm=2'], ['/phases/critic/terms/r1/every=2', '/train/steps=1'],
    ['/train/ema/generator=0.5'], ['/data/batch=1'], ['/models/fixed/frozen=false'], ['/phases/generator/optimizer/accumulate=1'], ['/step/nodes/noisy/rate=0.3'],
  ];
  assert.equal(new Set([...others.map((set) => keyOf(set)), keyOf([], 'test 2')]).size, others.length + 1);
});

test('a damaged entry is none', () => {
  const graph = new Graph();
  graph.constant({ dtype: DTYPE.float32, shape: [1000], data: new Float32Array(1000) });
  const [model, table] = ['saved_model.pb', 'table.json'].map((name) => path.join(cache.folder, 'a', name));
  const damages: (() => void)[] = [
    () => truncateSync(model, 1000), () => truncateSync(table, 10), () => rmSync(model), () => rmSync(table), () => writeFileSync(table, ''),
    () => { const bytes = readFileSync(model); bytes[2000] ^= 1; writeFileSync(model, bytes); },
  ];
  for (const damage of damages) {
    writeCachedGraph(cache, 'a', graph.nodes, { some: 'table' });
    assert.deepEqual(readCachedGraph(cache, 'a')?.table, { some: 'table' });
    damage();
    assert.equal(readCachedGraph(cache, 'a'), undefined);
    assert.deepEqual(entries(), []);
  }
});

test('the entries used longest ago go when there are too many bytes', () => {
  const graph = new Graph();
  graph.constant({ dtype: DTYPE.float32, shape: [1000], data: new Float32Array(1000) });
  const small = { ...cache, limit: 10_000 };
  const age = (key: string, hours: number): void => utimesSync(path.join(cache.folder, key), Date.now() / 1000 - 3600 * hours, Date.now() / 1000 - 3600 * hours);
  writeCachedGraph(small, 'a', graph.nodes, 1);
  writeCachedGraph(small, 'b', graph.nodes, 2);
  age('a', 2);
  age('b', 3);
  assert.equal(readCachedGraph<number>(small, 'b')?.table, 2);
  writeCachedGraph(small, 'c', graph.nodes, 3);
  assert.deepEqual(entries(), ['b', 'c']);
  writeCachedGraph({ ...cache, limit: 1 }, 'd', graph.nodes, 4);
  assert.deepEqual(entries(), ['d']);
});
