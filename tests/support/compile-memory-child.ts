// Compiles, runs and disposes of a graph over and over in a process of its own and prints its resident memory in MiB after each round:
// node --expose-gc --import tsx tests/support/compile-memory-child.ts step|prediction ROUNDS
import { fileURLToPath } from 'node:url';
import { compileModel } from '../../lib/compile/model.ts';
import { createCompiledStep } from '../../lib/compile/step/compiled/compiled.ts';
import { tf } from '../../lib/engine/tf.ts';
import { createContext, loadExperimentFile, loadGraphFile } from '../../lib/plan/load.ts';
import { batchAt, registry } from '../compile/step/support.ts';
import { nativeEngine } from './native.ts';

const [kind, rounds] = [process.argv[2], Number(process.argv[3])];
await nativeEngine();
const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const graph = loadGraphFile(fileOf('../../graphs/generators/facechanger.yaml'), createContext(registry), { set: ['/params/width/default=16', '/params/depth/default=2'], dims: { D: 128 } });
const experiment = loadExperimentFile(fileOf('deep/deep.yaml'), createContext(registry), { set: ['/models/net/with={ depth: 1 }', '/data/size=32', '/data/batch=2'] });

async function step(): Promise<void> {
  const engine = createCompiledStep(experiment, { registry, seed: 0, given: new Map() });
  await engine.run(batchAt(experiment, 0), 0);
  await engine.dispose();
}

/** Folds the weights into variables of a session; the model's tensors go with it. */
async function prediction(): Promise<void> {
  const model = compileModel(graph, { registry, trainable: false });
  const inputs = { target: tf.zeros([1, 64, 64, 3]), id: tf.ones([1, 128]) };
  tf.dispose([inputs, model.predict(inputs)]);
  model.dispose();
}

const resident: number[] = [];
for (let i = 0; i < rounds; i++) {
  await (kind === 'step' ? step() : prediction());
  globalThis.gc?.();
  resident.push(process.memoryUsage().rss / 2 ** 20);
}
console.log(JSON.stringify({ resident, tensors: tf.memory().numTensors }));
