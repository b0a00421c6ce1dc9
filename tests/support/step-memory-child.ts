// Runs steps of an experiment in a process of its own and prints its peak memory:
// node --import tsx tests/support/step-memory-child.ts FILE [--profile P] [--set /pointer=value]… [--steps N] [--eager] [--checkpoint DIR]
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { createCompiledStep } from '../../lib/compile/step/compiled/compiled.ts';
import { createEagerStep } from '../../lib/compile/step/eager.ts';
import type { Batch, BatchField } from '../../lib/compile/step/step-engine.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import type { Experiment } from '../../lib/ir/experiment.ts';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { fillUniform } from '../../lib/random/fill.ts';
import { concreteShape } from '../../lib/shape/shape.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { readNewestCheckpoint, writeCheckpoint } from '../../lib/train/checkpoint.ts';
import { givenWeights } from '../../lib/train/given-weights.ts';

const { values: flags, positionals: [file] } = parseArgs({ allowPositionals: true, options: {
  profile: { type: 'string' }, set: { type: 'string', multiple: true, default: [] }, steps: { type: 'string', default: '3' },
  at: { type: 'string', default: '0' }, eager: { type: 'boolean', default: false }, checkpoint: { type: 'string' },
} });
const registry = standardRegistry();
const experiment = loadExperimentFile(file, createContext(registry), { set: flags.set as string[], ...(flags.profile ? { profile: flags.profile } : {}) });
await loadEngine({ engine: 'native-cpu' });
const loaded = peakMib();
const engine = (flags.eager ? createEagerStep : createCompiledStep)(experiment, { registry, seed: 0, given: givenWeights(experiment) });
const begun = performance.now();
const at = Number(flags.at);
let terms = {};
for (let step = at; step < at + Number(flags.steps); step++) ({ terms } = await engine.run(batchOf(experiment), step));
const stepped = { loaded, peak: peakMib(), seconds: (performance.now() - begun) / 1000, terms };
const checkpoint = flags.checkpoint === undefined ? {} : { checkpoint: await throughFile(flags.checkpoint) };
console.log(JSON.stringify({ ...stepped, ...checkpoint }));

/** Writes the state to a checkpoint, gives it back from there to an engine that has taken another step, and compares its bits. */
async function throughFile(dir: string): Promise<{ readonly bytes: number; readonly same: boolean; readonly left: readonly string[] }> {
  const identity = { experiment: experiment.hash, seed: 0, engine: 'native-cpu' };
  const before = await hashes();
  const file = await writeCheckpoint(dir, at + 1, await engine.save(), identity, 1);
  await engine.run(batchOf(experiment), at + 1);
  const other = await hashes();
  await engine.restore((readNewestCheckpoint(dir, identity) as NonNullable<ReturnType<typeof readNewestCheckpoint>>).state);
  const same = isDeepStrictEqual(await hashes(), before) && !isDeepStrictEqual(other, before);
  return { bytes: statSync(file).size, same, left: readdirSync(path.dirname(file)).filter((name) => name !== path.basename(file)) };
}

async function hashes(): Promise<Record<string, string>> {
  const { arrays } = await engine.save();
  return Object.fromEntries([...arrays].map(([key, { data }]) => [key, createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex')]));
}

/** The most resident memory so far, in MiB. */
function peakMib(): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}

function batchOf({ step: { inputs } }: Experiment): Batch {
  return Object.fromEntries(inputs.map((input): [string, BatchField] => {
    const shape = concreteShape(input.shape);
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    fillUniform(data, 0, ['bench', input.name]);
    return [input.name, { shape, dtype: input.dtype, data: input.dtype === 'float32' ? data : new Int32Array(data.length) }];
  }));
}
