import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { inChild } from '../engine/child.ts';

// The step's thread loads TensorFlow, whose pools are made from the environment of the process as it is then.
const OPEN = (threads: number | undefined): string => `
  const { readdirSync, readFileSync } = await import('node:fs');
  const names = () => readdirSync('/proc/self/task').map((id) => readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim());
  const { openStep } = await import('./lib/cli/open-step.ts');
  const { createContext, loadExperimentFile } = await import('./lib/plan/load.ts');
  const { standardRegistry } = await import('./lib/standard-registry.ts');
  const registry = standardRegistry();
  const experiment = loadExperimentFile(${JSON.stringify(path.resolve('tests/support/deep/deep.yaml'))}, createContext(registry), { set: ['/models/net/with={ depth: 1 }'] });
  const { step, engine } = await openStep({ experiment, seed: 0, engine: 'native-cpu', plugins: [], registry: async () => registry, eager: false, notice: () => undefined${threads === undefined ? '' : `, threads: ${threads}`} });
  report([engine.identity.threads, names().filter((name) => name === 'tf_Compute').length]);
  await step.dispose();`;

test('the thread of a step has as many threads of TensorFlow as asked, or as the environment names', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  assert.deepEqual(inChild(OPEN(3)).value, [3, 3]);
  assert.deepEqual(inChild(OPEN(undefined), { TF_NUM_INTRAOP_THREADS: '4', TF_NUM_INTEROP_THREADS: '4' }).value, [4, 4]);
});
