import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createCompiledStep } from '../../../lib/compile/step/compiled/compiled.ts';
import { createEagerStep, type StepOptions } from '../../../lib/compile/step/eager.ts';
import type { StepOutcome, TrainState } from '../../../lib/compile/step/step-engine.ts';
import type { GraphNode } from '../../../lib/compile/graph/graph.ts';
import type { Experiment } from '../../../lib/ir/experiment.ts';
import { nativeEngine } from '../../support/native.ts';
import { batchAt, graphsOf, recomputedToy, registry, toy } from './support.ts';

before(nativeEngine);

const options: StepOptions = { registry, seed: 3, given: new Map() };

interface Trained {
  readonly outcomes: readonly StepOutcome[];
  readonly arrays: TrainState['arrays'];
}

async function train(create: typeof createEagerStep, experiment: Experiment): Promise<Trained> {
  const engine = create(experiment, options);
  const outcomes: StepOutcome[] = [];
  for (let step = 0; step < 3; step++) outcomes.push(await engine.run(batchAt(experiment, step), step));
  const { arrays } = await engine.save();
  await engine.dispose();
  return { outcomes, arrays };
}

/** |a - b| over |b| of the arrays of one family, laid end to end. */
function distance(a: TrainState['arrays'], b: TrainState['arrays'], prefix: string): number {
  let [error, norm] = [0, 0];
  for (const [key, { data }] of b) {
    if (!key.startsWith(prefix)) continue;
    const other = a.get(key)?.data as Float32Array;
    (data as Float32Array).forEach((v, i) => { error += (v - other[i]) ** 2; norm += v ** 2; });
  }
  assert.ok(norm > 0, prefix);
  return Math.sqrt(error / norm);
}

describe('recomputation', () => {
  // The toy has all that recomputation could get wrong: a draw, running statistics, a gradient of a gradient, a kept value, two phases.
  test('gives the same bits in the eager step', async () => {
    const plain = await train(createEagerStep, toy());
    const again = await train(createEagerStep, recomputedToy('generator', 'critic', 'fixed'));
    assert.deepEqual(again.outcomes, plain.outcomes);
    assert.deepEqual([...again.arrays].sort(), [...plain.arrays].sort());
  });

  // Where intermediate values are read only once, TensorFlow fuses what it otherwise runs apart: last bits may differ.
  test('gives the same numbers in the compiled step', async () => {
    const plain = await train(createCompiledStep, toy());
    for (const models of [['generator'], ['critic', 'fixed']]) {
      const again = await train(createCompiledStep, recomputedToy(...models));
      const [model] = models;
      for (const prefix of [`weight:${model}/`, `slot:${model}/mean`, 'slot:generator/sum/', 'ema:generator/']) {
        const off = distance(again.arrays, plain.arrays, prefix);
        assert.ok(off <= 1e-6, `${prefix} off by ${off} with ${models.join(' and ')} recomputed`);
      }
      assert.deepEqual([...again.arrays.keys()].sort(), [...plain.arrays.keys()].sort());
      again.outcomes.forEach(({ totals }, i) => {
        const expected = plain.outcomes[i].totals.generator;
        assert.ok(Math.abs(totals.generator - expected) <= 1e-6 * Math.abs(expected), `step ${i}: ${totals.generator} and ${expected}`);
      });
    }
  });

  test('runs the convolutions of a block a second time, held back by the gradient', () => {
    const [plain, again] = [toy(), recomputedToy('generator')].map((experiment) => graphsOf(experiment, 0).recorded);
    const convolutions = (nodes: readonly GraphNode[]): GraphNode[] => nodes.filter((n) => n.op === 'Conv2D');
    const ofGenerator = toy().step.nodes.filter((n) => n.call?.model === 'generator' && n.op.startsWith('conv2d')).length;
    assert.equal(convolutions(again).length - convolutions(plain).length, ofGenerator);
    const byName = new Map(again.map((n) => [n.name, n]));
    const held = again.filter((n) => n.op === 'Identity' && n.inputs.some((i) => i.startsWith('^')) && n.inputs[0].startsWith('input_'));
    assert.ok(held.length > 0);
    const second = convolutions(again).filter((n) => upstream(n, byName).has(held[0].name));
    assert.ok(second.length >= ofGenerator, `${second.length} convolutions behind the barrier`);
    const gradients = held[0].inputs.filter((i) => i.startsWith('^')).map((i) => byName.get(i.slice(1)) as GraphNode);
    assert.ok(gradients.some((g) => convolutions(again).some((c) => !second.includes(c) && upstream(g, byName).has(c.name))), 'the barrier waits for the forward pass');
  });
});

/** Everything a node is computed from, by name. */
function upstream(node: GraphNode, byName: ReadonlyMap<string, GraphNode>): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [node];
  for (let at = open.pop(); at; at = open.pop()) {
    for (const input of at.inputs) {
      const name = input.replace(/^\^/, '').replace(/:\d+$/, '');
      if (seen.has(name)) continue;
      seen.add(name);
      open.push(byName.get(name) as GraphNode);
    }
  }
  return seen;
}
