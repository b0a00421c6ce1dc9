import { parentPort, workerData } from 'node:worker_threads';
import { createCompiledStep } from '../compile/step/compiled/compiled.ts';
import type { EngineChoice } from '../engine/contract.ts';
import { engineText } from '../engine/engine-text.ts';
import { loadEngine } from '../engine/engine.ts';
import type { HoistableStep } from '../hoist/hoistable-step.ts';
import { HoistedStep } from '../hoist/hoisted-step.ts';
import type { Experiment } from '../ir/experiment.ts';
import { standardOps } from '../ops/index.ts';
import { standardOptimizers } from '../optimizers/index.ts';
import { createRegistry, type Registry } from '../registry/registry.ts';
import { givenWeights } from '../train/given-weights.ts';
import { serveStep, type ServedStep } from '../train/thread/serve.ts';
import { loadPlugins } from './plugins.ts';
import { stepCache } from './step-cache.ts';

/** What the thread of a compiled step is started with. */
export interface StepStart {
  readonly experiment: Experiment;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly plugins: readonly string[];
}

async function open({ experiment, seed, engine: choice, plugins }: StepStart): Promise<ServedStep> {
  const [registry, engine] = [await stepRegistry(plugins), await loadEngine({ engine: choice })];
  const opened = { engine: { name: engine.name, identity: engine.identity }, notices: engine.notices };
  const cache = engine.binding && plugins.length === 0 ? stepCache(engine) : undefined;
  return { step: engine.binding ? new HoistedStep(experiment, { registry, seed, given: givenWeights(experiment), engine: engineText(engine), create: (e, o) => createCompiledStep(e, { ...o, ...(cache ? { cache } : {}) }) }) : nothing(), opened };
}

/** What a step computes with: data sets and metrics stay in the main thread. */
async function stepRegistry(plugins: readonly string[]): Promise<Registry> {
  const own = await loadPlugins(plugins);
  return createRegistry({ ops: standardOps, optimizers: standardOptimizers }, ...own.map(({ ops, optimizers }) => ({ ...(ops ? { ops } : {}), ...(optimizers ? { optimizers } : {}) })));
}

/** Without a native engine the step runs in the main thread. */
function nothing(): HoistableStep {
  const refuse = (): Promise<never> => Promise.reject(new Error('this thread has no native engine'));
  return { hoist: refuse, hoisted: refuse, run: refuse, weights: refuse, save: refuse, restore: refuse, dispose: async () => undefined };
}

// Other modules take the types above; only as a thread does it do anything.
if (parentPort) void serveStep(parentPort, () => open(workerData as StepStart));
