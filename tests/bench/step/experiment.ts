import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { initialWeights } from '../../../lib/compile/initial-weights.ts';
import type { Batch, BatchField } from '../../../lib/compile/step/step-engine.ts';
import type { Experiment } from '../../../lib/ir/experiment.ts';
import { createContext, loadExperimentFile } from '../../../lib/plan/load.ts';
import { fillUniform } from '../../../lib/random/fill.ts';
import { concreteShape } from '../../../lib/shape/shape.ts';
import { standardRegistry } from '../../../lib/standard-registry.ts';

export const registry = standardRegistry();
const file = fileURLToPath(new URL('step.yaml', import.meta.url));

export function loadBench(size: number, batch: number, set: readonly string[] = []): Experiment {
  return loadExperimentFile(file, createContext(registry), { set: [`/data/size=${size}`, `/data/batch=${batch}`, ...set] });
}

/** The one batch that all contenders see. */
export function batchOf(experiment: Experiment): Batch {
  return Object.fromEntries(experiment.step.inputs.map((input): [string, BatchField] => {
    const shape = concreteShape(input.shape);
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    fillUniform(data, 0, ['bench', input.name]);
    return [input.name, { shape, dtype: 'float32', data }];
  }));
}

/** Writes weights and batch where PyTorch reads them. */
export function writeForTorch(folder: string, experiment: Experiment): void {
  mkdirSync(folder, { recursive: true });
  const parts: Float32Array[] = [];
  let at = 0;
  const entry = (id: string, { shape, data }: { shape: readonly number[]; data: unknown }): object => {
    parts.push(data as Float32Array);
    at += (data as Float32Array).length;
    return { id, shape, at: at - (data as Float32Array).length, size: (data as Float32Array).length };
  };
  const weights = [...initialWeights(experiment.step, 0)].map(([id, w]) => entry(id, w));
  const inputs = Object.entries(batchOf(experiment)).map(([id, f]) => entry(id, f));
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ weights, inputs }));
  writeFileSync(path.join(folder, 'data.bin'), Buffer.concat(parts.map((p) => new Uint8Array(p.buffer, p.byteOffset, p.byteLength))));
}
