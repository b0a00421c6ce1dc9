import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DTYPE, type GraphNode } from '../../../lib/compile/graph/graph.ts';
import { savedModelBytes } from '../../../lib/compile/graph/saved-model.ts';
import { createCompiledStep } from '../../../lib/compile/step/compiled/compiled.ts';
import { createEagerStep, type StepOptions } from '../../../lib/compile/step/eager.ts';
import type { StepOutcome, TrainState } from '../../../lib/compile/step/step-engine.ts';
import { DiagnosticError } from '../../../lib/diagnostics/diagnostic.ts';
import type { Experiment } from '../../../lib/ir/experiment.ts';
import { nativeEngine } from '../../support/native.ts';
import { batchAt, graphsOf, registry, toy } from './support.ts';

before(nativeEngine);

const options: StepOptions = { registry, seed: 3, given: new Map() };
const MIXED = '/precision=mixed-bfloat16';

async function trained(experiment: Experiment, steps: number, from?: { readonly at: number; readonly state: TrainState }): Promise<{ outcomes: StepOutcome[]; state: TrainState }> {
  const engine = createCompiledStep(experiment, options);
  if (from) await engine.restore(from.state);
  const outcomes: StepOutcome[] = [];
  for (let step = from?.at ?? 0; step < steps; step++) outcomes.push(await engine.run(batchAt(experiment, step), step));
  const state = await engine.save();
  await engine.dispose();
  return { outcomes, state };
}

/** The graph of a step at which all terms act. */
const graphs = (experiment: Experiment): ReturnType<typeof graphsOf> => graphsOf(experiment, 6);

const isLow = ({ outputs }: GraphNode): boolean => outputs.some((o) => o.dtype === DTYPE.bfloat16);
const off = (a: number, b: number): number => Math.abs(a - b) / (Math.abs(b) + 1e-3);

describe('a step in mixed precision', () => {
  test('gives the terms and gradients of float32 within the noise of bfloat16, second order included', async () => {
    const [exact, rough] = [await trained(toy(), 4), await trained(toy(MIXED), 4)];
    exact.outcomes.forEach((outcome, step) => {
      for (const kind of ['terms', 'totals', 'gradientNorms'] as const) {
        assert.deepEqual(Object.keys(rough.outcomes[step][kind]), Object.keys(outcome[kind]));
        for (const [name, value] of Object.entries(outcome[kind])) assert.ok(off(rough.outcomes[step][kind][name], value) < 0.05, `step ${step}, ${kind} ${name}: ${rough.outcomes[step][kind][name]} and ${value}`);
      }
      assert.deepEqual(rough.outcomes[step].learningRates, outcome.learningRates);
    });
    assert.ok(exact.outcomes.some((o) => 'critic/r1' in o.terms), 'a term of second order acts');
    assert.notDeepEqual(rough.outcomes[0].terms, exact.outcomes[0].terms);
  });

  test('keeps weights, slots, averages and the report in float32', async () => {
    const { run, set } = graphs(toy(MIXED));
    const byName = new Map(run.map((n) => [n.name, n]));
    for (const node of run.filter((n) => ['VarHandleOp', 'ReadVariableOp', 'AssignVariableOp'].includes(n.op))) {
      assert.deepEqual(node.attributes.dtype, { type: DTYPE.float32 }, node.name);
      const [, value] = node.inputs;
      if (node.op === 'AssignVariableOp') assert.equal(byName.get(value.split(':')[0])?.outputs[Number(value.split(':')[1] ?? 0)].dtype, DTYPE.float32, `${node.name} takes float32`);
    }
    assert.equal(byName.get(set.report?.node as string)?.outputs[0].dtype, DTYPE.float32);
    assert.ok(run.filter((n) => isLow(n) && /^Conv2D/.test(n.op)).length > 10, 'convolutions and their gradients are in bfloat16');
    assert.deepEqual([...new Set(run.filter((n) => isLow(n) && /^(Sum|Mean|Square|Sub|Sqrt|Rsqrt|RealDiv|Softplus|Switch|Merge|Pack)$/.test(n.op)).map((n) => n.op))], []);
    for (const [key, { data }] of (await trained(toy(MIXED), 2)).state.arrays) assert.ok(data instanceof Float32Array, key);
  });

  test('leaves a float32 graph as it was recorded, byte by byte', () => {
    const { recorded, run } = graphs(toy());
    assert.deepEqual(run, recorded);
    assert.ok(!recorded.some(isLow));
    // Recording is the same for both: only the pass tells them apart.
    assert.deepEqual(savedModelBytes(graphs(toy(MIXED)).recorded), savedModelBytes(recorded));
  });

  test('resumes bit by bit', async () => {
    const experiment = toy(MIXED);
    const whole = await trained(experiment, 6);
    const half = await trained(experiment, 3);
    const rest = await trained(experiment, 6, { at: 3, state: half.state });
    assert.deepEqual(rest.state.arrays, whole.state.arrays);
    assert.deepEqual(rest.outcomes.map((o) => o.terms), whole.outcomes.slice(3).map((o) => o.terms));
  });

  test('is refused where a step runs op by op', () => {
    assert.throws(() => createEagerStep(toy(MIXED), options), (error: unknown) => error instanceof DiagnosticError && /expected precision float32/.test(error.message));
  });
});
