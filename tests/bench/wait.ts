// node --import tsx tests/bench/wait.ts [experiment] [steps] [set]…: the share of training that waits for data, as `run` trains (bar: 3 %).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStep } from '../../lib/cli/open-step.ts';
import { openTraining } from '../../lib/launch/training.ts';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { train } from '../../lib/train/train.ts';

const [file = 'experiments/facechanger-small.yaml', steps = '40', ...set] = process.argv.slice(2);
/** The first steps compile the graph and fill the queue of batches. */
const WARM_UP = 5;

const registry = standardRegistry();
const experiment = loadExperimentFile(file, createContext(registry), { set });
const dir = mkdtempSync(path.join(tmpdir(), 'swapgraph-wait-'));
const training = await openTraining({
  experiment, registry, seed: 0, openStep: () => openStep({ experiment, seed: 0, engine: 'auto', plugins: [], eager: false, registry: async () => registry, notice: console.error }),
});
try {
  const { opened, batches, identity } = training;
  const times: { readonly seconds: number; readonly waitSeconds: number }[] = [];
  const options = { engine: opened.step, batches, steps: Number(steps), dir, identity, checkpoint: { every: 1e9, keep: 1 }, now: () => performance.now() / 1000 };
  for await (const event of train(options)) if (event.type === 'step') times.push(event);
  const counted = times.slice(WARM_UP);
  const total = (key: 'seconds' | 'waitSeconds'): number => counted.reduce((sum, t) => sum + t[key], 0);
  console.log(`${experiment.name}: ${counted.length} steps of ${((1000 * total('seconds')) / counted.length).toFixed(0)} ms, ${((100 * total('waitSeconds')) / total('seconds')).toFixed(1)} % of it waiting for data`);
} finally {
  await training.close();
  rmSync(dir, { recursive: true, force: true });
}
