// One contender of ours in a process of its own: node --import tsx tests/bench/step/contender.ts compiled|mixed|eager|infer|infer-mixed|matmul SIZE
// BATCH. Answers each
// line of standard input with one line of JSON: milliseconds, values of the terms, peak memory.
import { createInterface } from 'node:readline';
import { compileModel } from '../../../lib/compile/model.ts';
import { createCompiledStep } from '../../../lib/compile/step/compiled/compiled.ts';
import { createEagerStep } from '../../../lib/compile/step/eager.ts';
import { loadEngine } from '../../../lib/engine/engine.ts';
import { tf } from '../../../lib/engine/tf.ts';
import type { PredictPlan } from '../../../lib/ir/experiment.ts';
import { batchOf, loadBench, registry } from './experiment.ts';
import { matrixRate } from './machine.ts';

const [mode, size, batchSize] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
await loadEngine({ engine: 'native-cpu' });
const experiment = loadBench(size, batchSize);
const run = mode === 'matmul' ? limits() : mode.startsWith('infer') ? inference() : training();
console.log(JSON.stringify({ ready: mode }));
for await (const _ of createInterface({ input: process.stdin })) {
  const begun = performance.now();
  const before = process.cpuUsage();
  const terms = await run();
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ ms, cpu_ms: (user + system) / 1000, terms: terms(), rss_mib: process.resourceUsage().maxRSS / 1024 }));
}

/** Does the work that is timed; what it gives tells the numbers that are compared. */
type Work = () => Promise<() => Readonly<Record<string, number>>>;

function training(): Work {
  const precision = mode === 'mixed' ? 'mixed-bfloat16' : 'float32';
  const engine = (mode === 'eager' ? createEagerStep : createCompiledStep)({ ...experiment, precision }, { registry, seed: 0, given: new Map() });
  const batch = batchOf(experiment);
  let step = 0;
  return async () => {
    const { terms } = await engine.run(batch, step++);
    return () => terms;
  };
}

function inference(): Work {
  const model = compileModel((experiment.predict as PredictPlan).graph, { registry, seed: 0, trainable: false, precision: mode === 'infer-mixed' ? 'mixed-bfloat16' : 'float32' });
  const batch = batchOf(experiment);
  const inputs = Object.fromEntries(Object.entries(batch).map(([name, f]) => [name, tf.tensor(f.data, [...f.shape])]));
  return async () => {
    const { swap } = model.predict(inputs);
    const values = swap.dataSync() as Float32Array;
    swap.dispose();
    return () => summary(values);
  };
}

/** As the other contenders sum up their pictures. */
function summary(values: Float32Array): Readonly<Record<string, number>> {
  const mean = (f: (v: number, i: number) => number): number => values.reduce((sum, v, i) => sum + f(v, i), 0) / values.length;
  const isLeft = (i: number): boolean => Math.floor(i / 3) % size < size / 2;
  return { mean: mean((v) => v), square: mean((v) => v * v), left: 2 * mean((v, i) => (isLeft(i) ? v : 0)) };
}

/** GFLOP/s of large products of matrices. */
function limits(): Work {
  return async () => () => ({ float32: matrixRate('float32', 9), bfloat16: matrixRate('bfloat16', 9) });
}
