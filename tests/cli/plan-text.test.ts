import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planText } from '../../lib/cli/plan-text.ts';
import { createContext } from '../../lib/plan/load.ts';
import type { RunMemory } from '../../lib/plan/predict-run.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { expandFile } from '../../lib/study/expand.ts';

const registry = standardRegistry();
const plan = expandFile('ablations/normalization.yaml', createContext(registry), { profile: 'quick', set: [] });
const text = (memory?: RunMemory): Promise<string> => planText(plan, registry, async () => ({ lines: ['hoisting: none'] }), memory && (() => memory));

test('a plan tells the part of a run that takes the most memory, unless it is training, and what is not counted', async () => {
  const parts = { training: 2 ** 30, hoisting: 0, evaluation: 2 ** 31 };
  const evaluated = await text({ peak: 2 ** 31, at: 'evaluation', parts });
  assert.match(evaluated, /full \(\w{8}\): baseline; about 2 GiB of memory a run, in evaluation\n/);
  assert.match(evaluated, /memory: the peak of a run's process over compiled training, .* and evaluation; without the pictures that a data set holds/);
  assert.match(await text({ peak: 2 ** 30, at: 'training', parts }), /about 1 GiB of memory a run\n/);
  assert.match(await text(), /memory is predicted for compiled steps on a native engine only/);
});
