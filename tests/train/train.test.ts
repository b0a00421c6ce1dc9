import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Batch, StepEngine, StepOutcome, TrainState } from '../../lib/compile/step/step-engine.ts';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { listCheckpoints } from '../../lib/train/checkpoint.ts';
import type { TrainEvent } from '../../lib/train/events.ts';
import { train } from '../../lib/train/train.ts';

let dir = '';
beforeEach(() => { dir = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-train-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A run whose only weight is a sum that depends on every step and its order. */
class Counter implements StepEngine {
  value = 1;
  updates = 0;

  async run(batch: Batch, step: number): Promise<StepOutcome> {
    this.value = Math.fround(this.value * 1.01 + batch.x.data[0] + step);
    this.updates += 1;
    return { terms: { 'p/t': this.value }, gradientNorms: {}, learningRates: {}, totals: { p: this.value } };
  }

  async weights(): Promise<TrainState['arrays']> {
    return new Map([['m/w', { shape: [1], data: Float32Array.of(this.value) }]]);
  }

  async save(): Promise<TrainState> {
    return { arrays: await this.weights(), updates: { p: this.updates } };
  }

  async restore(state: TrainState): Promise<void> {
    this.value = state.arrays.get('m/w')?.data[0] as number;
    this.updates = state.updates.p;
  }

  async dispose(): Promise<void> {}
}

const identity = { experiment: 'abc', seed: 0, engine: 'test' };
const batches = { batch: async (step: number): Promise<Batch> => ({ x: { shape: [1], dtype: 'float32', data: Float32Array.of(step % 7) } }) };

async function run(engine: StepEngine, options: Partial<Parameters<typeof train>[0]> = {}, onEvent: (e: TrainEvent) => void = () => {}): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train({ engine, batches, steps: 25, dir, identity, checkpoint: { every: 4, keep: 2 }, now: () => 0, ...options })) {
    events.push(event);
    onEvent(event);
  }
  return events;
}

test('an interrupted run goes on to bit-identical values, wherever it is stopped', async () => {
  const whole = new Counter();
  await run(whole, { dir: path.join(dir, 'whole') });
  for (const stop of [1, 3, 4, 11, 24]) {
    const folder = path.join(dir, `stop-${stop}`);
    const abort = new AbortController();
    const first = await run(new Counter(), { dir: folder, signal: abort.signal }, (e) => { if (e.type === 'step' && e.step === stop - 1) abort.abort(); });
    assert.deepEqual(first.at(-1), { type: 'interrupted', step: stop });
    const second = new Counter();
    const events = await run(second, { dir: folder });
    assert.deepEqual(events[0], { type: 'started', step: stop, steps: 25, resumed: true });
    assert.equal(second.value, whole.value);
    assert.equal(second.updates, 25);
  }
});

test('a step is prepared before its first batch is there, wherever the run begins', async () => {
  const said: string[] = [];
  class Prepared extends Counter {
    async prepare(step: number): Promise<void> {
      said.push(`asked ${step}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      said.push(`ready ${step}`);
    }
    override async run(batch: Batch, step: number): Promise<StepOutcome> {
      said.push(`run ${step}`);
      return super.run(batch, step);
    }
  }
  const drawn = { batch: async (step: number): Promise<Batch> => { said.push(`draw ${step}`); return batches.batch(step); } };
  await run(new Prepared(), { batches: drawn, until: 1 });
  assert.deepEqual(said.splice(0).slice(0, 4), ['draw 0', 'asked 0', 'ready 0', 'run 0']);
  await run(new Prepared(), { batches: drawn, until: 3 });
  assert.deepEqual(said.splice(0).slice(0, 4), ['draw 1', 'asked 1', 'ready 1', 'run 1']);
  await run(new Prepared(), { batches: drawn, until: 3 });
  assert.deepEqual(said, [], 'nothing is left to do');
});

test('asked to stop while a step runs, the run ends with that step and its checkpoint', async () => {
  const abort = new AbortController();
  class Slow extends Counter {
    override async run(batch: Batch, step: number): Promise<StepOutcome> {
      if (step === 5) abort.abort();
      await new Promise((resolve) => setTimeout(resolve, 5));
      return super.run(batch, step);
    }
  }
  const engine = new Slow();
  const events = await run(engine, { signal: abort.signal });
  assert.deepEqual(events.slice(-3).map((e) => [e.type, e.step]), [['step', 5], ['checkpoint', 6], ['interrupted', 6]]);
  assert.equal(engine.updates, 6);
});

test('a run that pauses goes on to bit-identical values, and its pause is a checkpoint', async () => {
  const whole = new Counter();
  await run(whole, { dir: path.join(dir, 'whole') });
  const first = await run(new Counter(), { until: 6 });
  assert.deepEqual([first.at(0), first.at(-1)], [{ type: 'started', step: 0, steps: 25, resumed: false }, { type: 'paused', step: 6 }]);
  assert.equal(listCheckpoints(dir).at(-1)?.step, 6);
  assert.deepEqual((await run(new Counter(), { until: 6 })).map((e) => e.type), ['started', 'paused'], 'paused there already');
  assert.deepEqual((await run(new Counter(), { until: 13 })).at(-1), { type: 'paused', step: 13 });
  const last = new Counter();
  assert.deepEqual((await run(last, { until: 99 })).at(-1), { type: 'trained', step: 25 });
  assert.equal(last.value, whole.value);
});

test('a run that was killed goes on from its last checkpoint', async () => {
  const whole = new Counter();
  await run(whole, { dir: path.join(dir, 'whole') });
  await assert.rejects(run(new Counter(), {}, (e) => { if (e.type === 'step' && e.step === 14) throw new Error('killed'); }), /killed/);
  const again = new Counter();
  const events = await run(again);
  assert.deepEqual(events[0], { type: 'started', step: 12, steps: 25, resumed: true });
  assert.equal(again.value, whole.value);
});

test('only the newest checkpoints are kept, and no half-written file stays', async () => {
  await run(new Counter());
  assert.deepEqual(listCheckpoints(dir).map((c) => c.step), [24, 25]);
  assert.deepEqual(readdirSync(path.join(dir, 'checkpoints')).filter((n) => !n.endsWith('.safetensors')), []);
});

test('a finished run has nothing left to do', async () => {
  await run(new Counter());
  const events = await run(new Counter());
  assert.deepEqual(events.map((e) => e.type), ['started', 'trained']);
});

test('a folder of another experiment, seed or engine is refused', async () => {
  await run(new Counter());
  for (const other of [{ experiment: 'xyz' }, { seed: 1 }, { engine: '4 threads' }]) {
    await assert.rejects(run(new Counter(), { identity: { ...identity, ...other } }), (e) => e instanceof DiagnosticError && /choose another --out|differ in their last bits/.test(e.message));
  }
  assert.ok(existsSync(path.join(dir, 'checkpoints')));
});
