import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCompiledStep } from '../../lib/compile/step/compiled/compiled.ts';
import type { StepEngine } from '../../lib/compile/step/step-engine.ts';
import { batchAt, registry, toy } from '../compile/step/support.ts';
import { nativeEngine } from '../support/native.ts';

before(nativeEngine);

const experiment = toy();
const create = (): StepEngine => createCompiledStep(experiment, { registry, seed: 0, given: new Map() });

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Resident memory in MiB, after what JavaScript holds in vain is freed. */
function resident(): number {
  collectGarbage();
  return process.memoryUsage().rss / 2 ** 20;
}

// The first rounds fill allocators' pools, so growth is measured after them.
test('300 steps do not grow the process', async () => {
  const engine = create();
  const run = async (from: number, until: number): Promise<void> => {
    for (let step = from; step < until; step++) await engine.run(batchAt(experiment, step % 20), step % 20);
  };
  await run(0, 100);
  const early = resident();
  await run(100, 400);
  const late = resident();
  await engine.dispose();
  assert.ok(late - early < 30, `${early.toFixed(0)} MiB after 100 steps, ${late.toFixed(0)} after 400`);
});

// Below one picture batch (2 x 32 x 32 x 3 float32, 24 KiB) in each of the 1,500 steps: those would be 35 MiB.
const BOUND = 16;

test('no growth over 2,000 steps', async (t) => {
  const engine = create();
  const at = new Map<number, number>();
  for (let step = 0; step < 2000; step++) {
    await engine.run(batchAt(experiment, step % 20), step % 20);
    if ((step + 1) % 500 === 0) at.set(step + 1, resident());
  }
  await engine.dispose();
  const [early, late] = [at.get(500) as number, at.get(2000) as number];
  t.diagnostic([...at].map(([step, mib]) => `${mib.toFixed(1)} MiB after ${step}`).join(', '));
  assert.ok(late - early < BOUND, `${early.toFixed(0)} MiB after 500 steps, ${late.toFixed(0)} after 2,000`);
});

test('20 compiled steps, each disposed of, leave no memory behind', async () => {
  const once = async (): Promise<void> => {
    const engine = create();
    await engine.run(batchAt(experiment, 0), 0);
    await engine.dispose();
  };
  for (let i = 0; i < 5; i++) await once();
  const early = resident();
  for (let i = 0; i < 20; i++) await once();
  const late = resident();
  assert.ok(late - early < 24, `${early.toFixed(0)} MiB after 5, ${late.toFixed(0)} after 25`);
});
