import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { predictMemory } from '../../lib/plan/predict-memory.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { nativeEngine } from '../support/native.ts';
import { stepMemory } from '../support/step-memory.ts';

before(nativeEngine);

const registry = standardRegistry();
const fileOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const deep = fileOf('tests/support/deep/deep.yaml');
const depth = (remat: boolean): string => `/models/net/with={depth: 32, remat: ${String(remat)}}`;

test('recomputation saves most of what a deep network keeps', () => {
  const [plain, again] = [false, true].map((remat) => stepMemory(deep, '--set', depth(remat)));
  const taken = (m: typeof plain): number => m.peak - m.loaded;
  assert.ok(taken(again) < 0.5 * taken(plain), `${taken(again).toFixed(0)} MiB with, ${taken(plain).toFixed(0)} without`);
  for (const [term, value] of Object.entries(plain.terms)) assert.ok(Math.abs(again.terms[term] - value) <= 1e-5 * Math.abs(value), term);
});

test('recomputation saves as much in mixed precision', () => {
  const [plain, again] = [false, true].map((remat) => stepMemory(deep, '--set', depth(remat), '--set', '/precision=mixed-bfloat16'));
  const taken = (m: typeof plain): number => m.peak - m.loaded;
  assert.ok(taken(again) < 0.5 * taken(plain), `${taken(again).toFixed(0)} MiB with, ${taken(plain).toFixed(0)} without`);
});

test('recomputation saves memory in the eager step', () => {
  const [plain, again] = [false, true].map((remat) => stepMemory(deep, '--eager', '--steps', '1', '--set', depth(remat)));
  assert.ok(again.peak - again.loaded < 0.5 * (plain.peak - plain.loaded), `${again.peak.toFixed(0)} MiB with, ${plain.peak.toFixed(0)} without`);
});

describe('the predicted peak is within 25 % of the measured one', () => {
  const cases: readonly (readonly [string, string, number, readonly string[]])[] = [
    ['facechanger-small', 'experiments/facechanger-small.yaml', 2000, []],
    ['the benchmark at 64 pixels', 'tests/bench/step/step.yaml', 0, ['/data/size=64']],
    ['the benchmark at 128 pixels', 'tests/bench/step/step.yaml', 0, ['/data/size=128']],
    ['the deep network', 'tests/support/deep/deep.yaml', 0, ['/models/net/with={depth: 16}']],
    ['the deep network, recomputed', 'tests/support/deep/deep.yaml', 0, [depth(true)]],
    ['the deep network, recomputed, in mixed precision', 'tests/support/deep/deep.yaml', 0, [depth(true), '/precision=mixed-bfloat16']],
    ['the deep network in mixed precision', 'tests/support/deep/deep.yaml', 0, ['/models/net/with={depth: 16}', '/precision=mixed-bfloat16']],
  ];
  for (const [title, name, at, set] of cases) {
    test(title, () => {
      const file = fileOf(name);
      const { peak } = stepMemory(file, '--steps', '2', '--at', String(at), ...set.flatMap((s) => ['--set', s]));
      const predicted = predictMemory(loadExperimentFile(file, createContext(registry), { set }), registry).peak / 2 ** 20;
      assert.ok(Math.abs(predicted / peak - 1) <= 0.25, `predicted ${predicted.toFixed(0)} MiB, measured ${peak.toFixed(0)}`);
    });
  }
});
