// Does one part of a run in a process of its own and prints the process's peak memory:
// node --import tsx tests/support/run-memory-child.ts evaluation|hoisted FILE [--profile P] [--set /pointer=value]… [--steps N]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createCompiledStep } from '../../lib/compile/step/compiled/compiled.ts';
import { valueOf, weightsOf } from '../../lib/compile/step/step-weights.ts';
import { engineText } from '../../lib/engine/engine-text.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import type { HoistableStep } from '../../lib/hoist/hoistable-step.ts';
import { HoistedStep } from '../../lib/hoist/hoisted-step.ts';
import { executeRun } from '../../lib/launch/execute.ts';
import { openTraining } from '../../lib/launch/training.ts';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { givenWeights } from '../../lib/train/given-weights.ts';

const { values: flags, positionals: [part, file] } = parseArgs({ allowPositionals: true, options: {
  profile: { type: 'string' }, set: { type: 'string', multiple: true, default: [] }, steps: { type: 'string', default: '2' },
} });
const registry = standardRegistry();
const steps = Number(flags.steps);
const experiment = loadExperimentFile(file, createContext(registry), { set: flags.set as string[], ...(flags.profile ? { profile: flags.profile } : {}) });
const engine = await loadEngine({ engine: 'native-cpu' });
const dir = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-memory-'));
const options = { experiment, seed: 0, registry };
try {
  const metrics = await (part === 'evaluation' ? evaluate() : hoisted());
  console.log(JSON.stringify({ peak: peakMib(), metrics }));
} finally {
  rmSync(dir, { recursive: true });
}

/** The evaluation of an untrained run: training is a step that does nothing. */
async function evaluate(): Promise<unknown> {
  const start = { seed: 0, given: givenWeights(experiment) };
  const idle: HoistableStep = {
    hoist: async () => undefined, hoisted: async () => ({ read: 0, computed: 0 }), save: async () => ({ arrays: new Map(), updates: {} }), restore: async () => undefined, dispose: async () => undefined,
    run: async () => ({ terms: {}, gradientNorms: {}, learningRates: {}, totals: {} }),
    weights: async () => new Map([...weightsOf(experiment).values()].map((spec) => [spec.id, valueOf(spec, start)])),
  };
  const once = { ...experiment, train: { ...experiment.train, steps: 1 } };
  const record = await executeRun({
    ...options, experiment: once, name: 'memory', dir, signal: new AbortController().signal, eager: false, tool: 'test', now: () => 0, emit: () => undefined,
    openStep: async () => ({ step: idle, engine, compute: async () => undefined }),
  });
  return record.metrics;
}

/** Steps of a run that computes what depends on one sample alone once. */
async function hoisted(): Promise<unknown> {
  const training = await openTraining({
    ...options, hoist: { cache: dir, now: 0 }, until: steps,
    openStep: async () => ({ step: new HoistedStep(experiment, { ...options, given: givenWeights(experiment), engine: engineText(engine), create: createCompiledStep }), engine, compute: async () => undefined }),
  });
  for (let step = 0; step < steps; step++) await training.opened.step.run(await training.batches.batch(step), step);
  const counts = await training.opened.step.hoisted();
  await training.close();
  return counts;
}

/** The most resident memory so far, in MiB. */
function peakMib(): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}
