// One contender of ours in a process of its own: node --import tsx tests/bench/step/contender.ts compiled|mixed|eager|infer SIZE BATCH. Answers each
// line of standard input with one line of JSON: milliseconds, values of the terms, peak memory.
import { createInterface } from 'node:readline';
import { compileModel } from '../../../lib/compile/model.ts';
import { createCompiledStep } from '../../../lib/compile/step/compiled/compiled.ts';
import { createEagerStep } from '../../../lib/compile/step/eager.ts';
import { loadEngine } from '../../../lib/engine/engine.ts';
import { tf } from '../../../lib/engine/tf.ts';
import type { PredictPlan } from '../../../lib/ir/experiment.ts';
import { batchOf, loadBench, registry } from './experiment.ts';

const [mode, size, batchSize] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
await loadEngine({ engine: 'native-cpu' });
const experiment = loadBench(size, batchSize);
const run = mode.startsWith('infer') ? inference() : training();
console.log(JSON.stringify({ ready: mode }));
for await (const _ of createInterface({ input: process.stdin })) {
  const begun = performance.now();
  const before = process.cpuUsage();
  const terms = await run();
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ ms: performance.now() - begun, cpu_ms: (user + system) / 1000, terms, rss_mib: process.resourceUsage().maxRSS / 1024 }));
}

function training(): () => Promise<Readonly<Record<string, number>>> {
  const precision = mode === 'mixed' ? 'mixed-bfloat16' : 'float32';
  const engine = (mode === 'eager' ? createEagerStep : createCompiledStep)({ ...experiment, precision }, { registry, seed: 0, given: new Map() });
  const batch = batchOf(experiment);
  let step = 0;
  return async () => (await engine.run(batch, step++)).terms;
}

function inference(): () => Promise<Readonly<Record<string, number>>> {
  const model = compileModel((experiment.predict as PredictPlan).graph, { registry, seed: 0, trainable: false });
  const batch = batchOf(experiment);
  const inputs = Object.fromEntries(Object.entries(batch).map(([name, f]) => [name, tf.tensor(f.data, [...f.shape])]));
  return async () => {
    const { swap } = model.predict(inputs);
    const values = swap.dataSync() as Float32Array;
    swap.dispose();
    return { mean: values.reduce((a, b) => a + b, 0) / values.length };
  };
}
