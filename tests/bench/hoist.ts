// A training step with and without hoisting, in pairs: npm run -s bench:hoist [-- --rounds N] [--batch N] [--size N] [--json FILE].
// A step's cost is the processor time of its batch, its hoisted values and itself. The cache is filled before; what filling it costs is told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCompiledStep } from '../../lib/compile/step/compiled/compiled.ts';
import { engineText } from '../../lib/engine/engine-text.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { HoistedStep } from '../../lib/hoist/hoisted-step.ts';
import { openTraining, type Training } from '../../lib/launch/training.ts';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';

const { values: flags } = parseArgs({ options: {
  rounds: { type: 'string', default: '5' }, batch: { type: 'string', default: '4' }, size: { type: 'string', default: '128' }, json: { type: 'string' },
} });
const registry = standardRegistry();
const file = fileURLToPath(new URL('hoist/hoist.yaml', import.meta.url));
const experiment = loadExperimentFile(file, createContext(registry), { set: [`/data/batch=${flags.batch}`, `/data/size=${flags.size}`] });
const engine = await loadEngine({ engine: 'native-cpu' });
const cache = mkdtempSync(path.join(tmpdir(), 'swapgraph-bench-hoist-'));

function open(hoist: boolean): Promise<Training> {
  return openTraining({
    experiment, seed: 0, registry, notice: (text) => console.error(text), ...(hoist ? { hoist: { cache, now: 0 } } : {}),
    openStep: async () => ({ step: new HoistedStep(experiment, { registry, seed: 0, given: new Map(), engine: engineText(engine), create: createCompiledStep }), engine, compute: async () => undefined }),
  });
}

interface Cost {
  readonly cpu: number;
  readonly ms: number;
}

async function cost(training: Training, step: number): Promise<Cost> {
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  await training.opened.step.run(await training.batches.batch(step), step);
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1000, ms: performance.now() - begun };
}

const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)];
const [off, on] = [await open(false), await open(true)];
try {
  // Two steps each, so that both graphs are warm; then until every sample of the batches to come has been kept.
  for (let step = 0; step < 2; step++) await cost(off, step);
  let filling = 0;
  for (let step = 0; step < 2 + Number(flags.rounds); step++) filling += (await cost(on, step)).cpu;
  const pairs: { readonly off: Cost; readonly on: Cost }[] = [];
  for (let round = 0; round < Number(flags.rounds); round++) pairs.push({ off: await cost(off, 2 + round), on: await cost(on, 2 + round) });
  const [withOut, withIt] = [median(pairs.map((p) => p.off.cpu)), median(pairs.map((p) => p.on.cpu))];
  const ratio = median(pairs.map((p) => p.on.cpu / p.off.cpu));
  const { computed } = await on.opened.step.hoisted();
  console.log(`a step without hoisting: ${withOut.toFixed(0)} ms of processor time, with: ${withIt.toFixed(0)} ms; with / without = ${ratio.toFixed(3)} (${((1 - ratio) * 100).toFixed(1)} % less), in time ${median(pairs.map((p) => p.on.ms / p.off.ms)).toFixed(3)}`);
  console.log(`filling the cache for ${computed} samples took ${Math.max(0, filling - (2 + Number(flags.rounds)) * withIt).toFixed(0)} ms of processor time more than such steps`);
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ ratio, withOut, withIt, pairs }, null, 2)}\n`);
} finally {
  await off.close();
  await on.close();
  rmSync(cache, { recursive: true, force: true });
}
