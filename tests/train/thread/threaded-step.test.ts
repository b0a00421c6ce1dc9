import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { StepStart } from '../../../lib/cli/step-thread.ts';
import { SessionError } from '../../../lib/compile/graph/session-error.ts';
import { createCompiledStep } from '../../../lib/compile/step/compiled/compiled.ts';
import { NonFiniteError, type StepEngine, type StepOutcome, type TrainState } from '../../../lib/compile/step/step-engine.ts';
import { DiagnosticError } from '../../../lib/diagnostics/diagnostic.ts';
import { openThreadedStep, type ThreadedStep } from '../../../lib/train/thread/threaded-step.ts';
import { batchAt, registry, toy } from '../../compile/step/support.ts';
import { nativeEngine } from '../../support/native.ts';

const fake = (data?: unknown): Promise<ThreadedStep> => openThreadedStep(new URL('./fake-thread.ts', import.meta.url), data);
const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

describe('the thread of a step', () => {
  test('answers calls in their order, and ends', async () => {
    const { step, opened } = await fake();
    assert.deepEqual(opened.notices, ['hello']);
    const outcomes = await Promise.all([5, 6, 7].map((at) => step.run({}, at)));
    assert.deepEqual(outcomes.map((o) => o.terms['p/t']), [5, 6, 7]);
    await step.dispose();
    await step.dispose();
    await assert.rejects(step.run({}, 8), /closed/);
  });

  test('keeps the class and the fields of errors', async () => {
    const { step } = await fake();
    const lost = await failureOf(step.run({}, 1));
    assert.ok(lost instanceof NonFiniteError);
    assert.deepEqual([lost.step, lost.phase, lost.terms, lost.what, lost.message], [1, 'p', ['t', 'u'], 'gradient', new NonFiniteError(1, 'p', ['t', 'u'], 'gradient').message]);
    const failed = await failureOf(step.run({}, 2));
    assert.ok(failed instanceof SessionError);
    assert.equal(failed.message, 'TensorFlow failed: no luck');
    const diagnosed = await failureOf(step.run({}, 3));
    assert.ok(diagnosed instanceof DiagnosticError);
    assert.deepEqual([diagnosed.diagnostics[0].code, diagnosed.diagnostics[0].hint], ['run/weights', 'take others']);
    await step.dispose();
  });

  test('tells of an end that nobody asked for, and of one before the beginning', async () => {
    const { step } = await fake();
    await assert.rejects(step.run({}, 4), /ended with code 9/);
    await step.dispose();
    await assert.rejects(fake('refuse'), DiagnosticError);
  });
});

describe('a compiled step in a thread', () => {
  before(nativeEngine);
  const experiment = toy();
  const open = async (): Promise<StepEngine> => (await openThreadedStep(new URL('../../../lib/cli/step-thread.ts', import.meta.url), { experiment, seed: 3, engine: 'native-cpu', plugins: [] } satisfies StepStart)).step;

  test('gives the bits of one in this thread, and resumes to them', async () => {
    const here = createCompiledStep(experiment, { registry, seed: 3, given: new Map() });
    const expected = await steps(here, 0, 6);
    const end = await here.save();
    const averaged = await here.weights('ema');
    await here.dispose();
    const first = await open();
    assert.deepEqual(await steps(first, 0, 3), expected.slice(0, 3));
    const state = await first.save();
    await first.dispose();
    const second = await open();
    await second.restore(state);
    assert.deepEqual(await steps(second, 3, 6), expected.slice(3));
    same(await second.save(), end);
    assert.deepEqual(await second.weights('ema'), averaged);
    await assert.rejects(second.restore({ ...state, arrays: new Map([['weight:nobody/w', { shape: [1], data: new Float32Array(1) }]]) }), DiagnosticError);
    await second.dispose();
  });

  test('leaves this thread free while it computes', async () => {
    const step = await open();
    let [turns, running] = [0, true];
    const count = (): void => {
      turns += 1;
      if (running) setImmediate(count);
    };
    const ran = step.run(batchAt(experiment, 0), 0).finally(() => { running = false; });
    setImmediate(count);
    await ran;
    assert.ok(turns > 10, `${turns} turns of the event loop during a step`);
    await step.dispose();
  });

  async function steps(engine: StepEngine, from: number, until: number): Promise<StepOutcome[]> {
    const outcomes: StepOutcome[] = [];
    for (let step = from; step < until; step++) outcomes.push(await engine.run(batchAt(experiment, step), step));
    return outcomes;
  }
});

function same(a: TrainState, b: TrainState): void {
  assert.deepEqual([...a.arrays.keys()].sort(), [...b.arrays.keys()].sort());
  assert.deepEqual(a.updates, b.updates);
  for (const [key, { data }] of b.arrays) assert.deepEqual(a.arrays.get(key)?.data, data, key);
}
