import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { createCompiledStep } from '../../lib/compile/step/compiled/compiled.ts';
import { createEagerStep } from '../../lib/compile/step/eager.ts';
import type { StepOutcome } from '../../lib/compile/step/step-engine.ts';
import type { Engine } from '../../lib/engine/contract.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { tf } from '../../lib/engine/tf.ts';
import { engineText } from '../../lib/engine/engine-text.ts';
import type { HoistCounts, HoistSettings } from '../../lib/hoist/hoistable-step.ts';
import { HoistedStep } from '../../lib/hoist/hoisted-step.ts';
import type { Experiment } from '../../lib/ir/experiment.ts';
import { openTraining } from '../../lib/launch/training.ts';
import type { Weights } from '../../lib/weights/weights.ts';
import { experiment, folder, registry, settings, YAML } from './support.ts';

let engine: Engine;
before(async () => { engine = await loadEngine({ engine: 'native-cpu' }); });

interface Ran {
  readonly outcomes: readonly StepOutcome[];
  readonly weights: Weights;
  readonly counts: HoistCounts;
  readonly identity: string | undefined;
  readonly notices: readonly string[];
}

interface How {
  readonly hoist?: HoistSettings;
  readonly eager?: boolean;
  readonly seed?: number;
  readonly steps?: number;
  /** Goes on in a new process's place after so many steps. */
  readonly stop?: number;
}

async function train(of: Experiment, { hoist, eager = false, seed = 0, steps = 4, stop = steps }: How): Promise<Ran> {
  const notices: string[] = [];
  const open = (): ReturnType<typeof openTraining> => openTraining({
    experiment: of, seed, registry, notice: (text) => notices.push(text), ...(hoist ? { hoist } : {}),
    openStep: async () => ({ step: new HoistedStep(of, { registry, seed, given: new Map(), engine: engineText(engine), create: eager ? createEagerStep : createCompiledStep }), engine, compute: async () => undefined }),
  });
  const outcomes: StepOutcome[] = [];
  let training = await open();
  for (let step = 0; step < steps; step++) {
    if (step === stop) {
      const state = await training.opened.step.save();
      await training.close();
      training = await open();
      await training.opened.step.restore(state);
    }
    outcomes.push(await training.opened.step.run(await training.batches.batch(step), step));
  }
  const [weights, counts] = [(await training.opened.step.save()).arrays, await training.opened.step.hoisted()];
  await training.close();
  return { outcomes, weights, counts, identity: training.identity.hoisted, notices };
}

const bytes = (weights: Weights): string => [...weights].map(([id, w]) => `${id} ${Buffer.from(w.data.buffer, w.data.byteOffset, w.data.byteLength).toString('base64')}`).sort().join('\n');

function entries(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => path.join(dir, name)).filter((f) => statSync(f).isFile() && !f.endsWith('.json'));
}

function agree(on: Ran, off: Ran): void {
  off.outcomes.forEach((outcome, step) => {
    for (const kind of ['terms', 'totals'] as const) {
      for (const [name, value] of Object.entries(outcome[kind])) {
        const other = on.outcomes[step][kind][name];
        assert.ok(Math.abs(value - other) <= 1e-6 * Math.max(1, Math.abs(value)), `step ${step}, ${kind} ${name}: ${value} without, ${other} with hoisting`);
      }
    }
  });
}

describe('training with hoisted values', () => {
  for (const eager of [false, true]) {
    test(`agrees with training without, ${eager ? 'eager' : 'compiled'}`, async (t) => {
      const cache = folder(t);
      const tensors = tf.memory().numTensors;
      // A step of SGD moves weights by rounding errors no larger than those of the gradients; Adam blows them up.
      const sgd = experiment(['critic', 'generator'].map((phase) => `/phases/${phase}/optimizer={ type: sgd, lr: 1e-3 }`));
      const off = await train(sgd, { eager });
      const on = await train(sgd, { eager, hoist: settings(cache) });
      assert.equal(off.identity, 'none');
      assert.match(on.identity ?? '', /^[0-9a-f]{24}$/);
      assert.match(on.notices.join('\n'), /^hoisting: 4 values computed once per sample, 48\.5 % of a step's forward MACs .* 3 MiB on disk for 8 samples$/);
      assert.ok(on.counts.computed <= 8 && on.counts.computed > 4, `${on.counts.computed} of 8 samples were computed`);
      agree(on, off);
      assert.equal(tf.memory().numTensors, tensors, 'tensors left behind');
    });
  }

  test('goes on bit by bit, with the cache, without it and with what others kept', async (t) => {
    const [first, second] = [folder(t), folder(t)];
    const whole = await train(experiment(), { hoist: settings(first), steps: 3 });
    const resumed = await train(experiment(), { hoist: settings(second), steps: 3, stop: 2 });
    assert.equal(bytes(resumed.weights), bytes(whole.weights));
    const kept = await train(experiment(), { hoist: settings(first), steps: 3 });
    assert.equal(kept.counts.computed, 0);
    assert.equal(bytes(kept.weights), bytes(whole.weights));
  });

  test('shares what is kept among variants and seeds whose frozen weights are equal', async (t) => {
    const cache = folder(t);
    // Frozen weights of random networks depend on the seed: here they are zeros, as if they came from a file.
    const text = YAML.replaceAll('model: identity, in: sources', 'op: resize, in: sources, to: [2, 2], antialias: true').replace(/ {2}identity:.*\n/, '').replaceAll(/.*(vgg|clip|taps|meaning).*\n/g, '');
    const hoist = settings(cache);
    const plain = (set: readonly string[]): Experiment => experiment(set, text);
    const one = await train(plain([]), { hoist, steps: 12 });
    assert.equal(one.counts.computed, 8, 'every sample once');
    assert.equal((await train(plain([]), { hoist, steps: 12, seed: 1 })).counts.computed, 0, 'another seed');
    assert.equal((await train(plain(['/models/generator/with/width=6']), { hoist, steps: 12 })).counts.computed, 0, 'another variant');
    assert.ok((await train(plain(['/data/size=48', '/models/critic/with/width=2']), { hoist, steps: 12 })).counts.computed > 0, 'another size');
    assert.ok((await train(plain(['/data/defects=0']), { hoist, steps: 12 })).counts.computed > 0, 'other pictures');
  });

  test('computes again for other frozen weights', async (t) => {
    const hoist = settings(folder(t));
    const one = await train(experiment(), { hoist, steps: 1 });
    const two = await train(experiment(), { hoist, steps: 1, seed: 1 });
    assert.ok(one.counts.computed > 0 && two.counts.computed > 0 && two.counts.read === 0);
  });

  test('computes damaged entries again, with the same results', async (t) => {
    const cache = folder(t);
    const whole = await train(experiment(), { hoist: settings(cache) });
    const files = entries(cache);
    assert.ok(files.length > 10);
    files.forEach((file, i) => {
      const data = readFileSync(file);
      if (i % 3 === 0) truncateSync(file, data.length - 4);
      if (i % 3 === 1) {
        data[data.length - 2] ^= 64;
        writeFileSync(file, data);
      }
    });
    const again = await train(experiment(), { hoist: settings(cache) });
    assert.ok(again.counts.computed > 0);
    assert.equal(bytes(again.weights), bytes(whole.weights));
    assert.equal((await train(experiment(), { hoist: settings(cache) })).counts.computed, 0, 'they were mended');
  });

  test('goes on computing where nothing can be written, and says so', async (t) => {
    const cache = folder(t);
    const blocked = path.join(cache, 'file');
    writeFileSync(blocked, 'not a folder');
    const on = await train(experiment(), { hoist: settings(blocked), steps: 2 });
    assert.match(on.notices[1], /^hoisting: the cache folder cannot be used, so nothing is kept: E/);
    assert.match(on.outcomes[0].notice ?? '', /computed again whenever it is needed, with the same results/);
    assert.equal(on.outcomes[1].notice, undefined, 'said once');
    assert.equal(bytes(on.weights), bytes((await train(experiment(), { hoist: settings(cache), steps: 2 })).weights));
  });
});
