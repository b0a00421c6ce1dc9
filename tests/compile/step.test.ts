import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createCompiledStep } from '../../lib/compile/step/compiled/compiled.ts';
import { createEagerStep } from '../../lib/compile/step/eager.ts';
import type { Batch, StepOutcome } from '../../lib/compile/step/step-engine.ts';
import { tf } from '../../lib/engine/tf.ts';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { defineDataset } from '../../lib/registry/dataset.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import type { WeightArray, Weights } from '../../lib/weights/weights.ts';
import { nativeEngine } from '../support/native.ts';

interface Encoded {
  readonly shape: readonly number[];
  readonly data: string;
}

interface Outcome {
  readonly terms: Readonly<Record<string, number>>;
  readonly totals: Readonly<Record<string, number>>;
  readonly norms: Readonly<Record<string, number>>;
}

interface Fixture {
  readonly start: Readonly<Record<string, Encoded>>;
  readonly batches: readonly Readonly<Record<string, Encoded>>[];
  readonly scenarios: Readonly<Record<string, { readonly outcomes: readonly Outcome[]; readonly states: Readonly<Record<string, { readonly weights: Readonly<Record<string, Encoded>>; readonly ema: Readonly<Record<string, Encoded>> }>> }>>;
}

const folder = fileURLToPath(new URL('../parity/step/', import.meta.url));
const fixture = JSON.parse(readFileSync(`${folder}gan.json`, 'utf8')) as Fixture;

const image = { doc: 'Picture.', shape: [8, 8, 3], dtype: 'float32' } as const;
const tiny = defineDataset({
  name: 'tiny', doc: 'Fields without samples.', attrs: {}, fields: () => ({ image }),
  open: () => Promise.reject(new Error('the test makes its own batches')),
});
const registry = standardRegistry({ datasets: [tiny] });

const decode = ({ shape, data }: Encoded): WeightArray => ({ shape, data: new Float32Array(Uint8Array.from(Buffer.from(data, 'base64')).buffer) });
const decodeAll = (all: Readonly<Record<string, Encoded>>): Weights => new Map(Object.entries(all).map(([id, e]) => [id, decode(e)]));
const batchAt = (i: number): Batch => Object.fromEntries(Object.entries(fixture.batches[i]).map(([name, e]) => [name, { dtype: 'float32' as const, ...decode(e), data: decode(e).data as Float32Array }]));

before(nativeEngine);

const distance = (a: number, b: number): number => Math.abs(a - b) / Math.max(1, Math.abs(b));

function assertNumbers(received: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>, limit: number, what: string): void {
  assert.deepEqual(Object.keys(received).sort(), Object.keys(expected).sort(), what);
  for (const [name, value] of Object.entries(expected)) assert.ok(distance(received[name], value) < limit, `${what}, ${name}: expected ${value}, received ${received[name]}`);
}

function assertWeights(received: Weights, expected: Readonly<Record<string, Encoded>>, limit: number, what: string): void {
  for (const [id, encoded] of Object.entries(expected)) {
    const wanted = decode(encoded).data;
    const found = received.get(id)?.data;
    assert.equal(found?.length, wanted.length, `${what}: ${id}`);
    const worst = wanted.reduce((most, x, i) => Math.max(most, distance(found?.[i] ?? NaN, x)), 0);
    assert.ok(worst < limit, `${what}, ${id}: off by ${worst}`);
  }
}

const engines = { eager: createEagerStep, compiled: createCompiledStep };
const scenarios = Object.entries(fixture.scenarios).flatMap(([name, scenario]) => Object.entries(engines).map(([kind, create]) => ({ name, kind, create, ...scenario })));

for (const { name, kind, create, outcomes, states } of scenarios) {
  test(`${name}.yaml trains, ${kind}, as in PyTorch: terms, norms, weights, statistics and averages over ${outcomes.length} steps`, async () => {
    const experiment = loadExperimentFile(`${folder}${name}.yaml`, createContext(registry));
    const engine = create(experiment, { registry, seed: 0, given: decodeAll(fixture.start) });
    try {
      assert.deepEqual([...(await engine.weights('raw')).keys()].sort(), Object.keys(fixture.start).sort());
      for (const [step, expected] of outcomes.entries()) {
        const received: StepOutcome = await engine.run(batchAt(step), step);
        assertNumbers(received.terms, expected.terms, 2e-5, `terms of step ${step}`);
        assertNumbers(received.totals, expected.totals, 2e-5, `totals of step ${step}`);
        assertNumbers(received.gradientNorms, expected.norms, 2e-5, `norms of step ${step}`);
        const state = states[step];
        if (!state) continue;
        assertWeights(await engine.weights('raw'), state.weights, 2e-5, `weights after step ${step}`);
        assertWeights(await engine.weights('ema'), state.ema, 2e-5, `averages after step ${step}`);
      }
    } finally {
      await engine.dispose();
    }
  });
}

test('a step leaves no tensor behind, and what it holds is given back', async () => {
  const tensors = tf.memory().numTensors;
  const engine = createEagerStep(loadExperimentFile(`${folder}gan.yaml`, createContext(registry)), { registry, seed: 0, given: new Map() });
  for (const step of [0, 1, 2, 3, 4]) await engine.run(batchAt(step), step);
  const held = tf.memory().numTensors;
  for (const step of [5, 6, 7, 8]) await engine.run(batchAt(step), step);
  assert.equal(tf.memory().numTensors, held);
  await engine.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('a state saved between two accumulated batches goes on bit for bit', async () => {
  const experiment = loadExperimentFile(`${folder}reuse.yaml`, createContext(registry));
  const options = { registry, seed: 0, given: decodeAll(fixture.start) };
  const [first, second] = [createEagerStep(experiment, options), createEagerStep(experiment, { ...options, seed: 0 })];
  for (const step of [0, 1, 2, 3, 4]) await first.run(batchAt(step), step);
  await second.restore(await first.save());
  for (const step of [5, 6, 7]) {
    assert.deepEqual(await second.run(batchAt(step), step), await first.run(batchAt(step), step));
  }
  for (const which of ['raw', 'ema'] as const) assert.deepEqual(await second.weights(which), await first.weights(which));
  await first.dispose();
  await second.dispose();
});
