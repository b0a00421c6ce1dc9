import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GraphNode } from '../../../lib/compile/graph/graph.ts';
import { bindProgram } from '../../../lib/compile/program.ts';
import { activeSet } from '../../../lib/compile/step/compiled/active-set.ts';
import type { RecordedSet } from '../../../lib/compile/step/compiled/record-set.ts';
import { recordStep } from '../../../lib/compile/step/compiled/record-step.ts';
import { stepNodes } from '../../../lib/compile/step/compiled/step-nodes.ts';
import { schedulePhases } from '../../../lib/compile/step/plan.ts';
import type { Batch, BatchField } from '../../../lib/compile/step/step-engine.ts';
import { weightsOf } from '../../../lib/compile/step/step-weights.ts';
import { diskFiles } from '../../../lib/compose/files.ts';
import { bindDims } from '../../../lib/ir/bind.ts';
import type { Experiment } from '../../../lib/ir/experiment.ts';
import { createContext, loadExperimentFile } from '../../../lib/plan/load.ts';
import { fillUniform } from '../../../lib/random/fill.ts';
import { concreteShape } from '../../../lib/shape/shape.ts';
import { standardRegistry } from '../../../lib/standard-registry.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const file = path.join(root, 'experiments', 'toy.yaml');

// Everything a compiled step must get right, in a small experiment: two phases, a kept value, running statistics of two calls, random
// draws, a term that sets in later, a second-order loss, accumulation, groups, clipping, a moving average, a frozen model.
const TOY = `kind: experiment
name: toy
models:
  generator: { graph: ../graphs/generators/facechanger.yaml, with: { width: 4, depth: 1 } }
  critic: { graph: ../graphs/critics/patchgan.yaml, with: { width: 4 } }
  fixed: { graph: ../graphs/critics/patchgan.yaml, with: { width: 4 }, frozen: true }
data: { dataset: rendered-faces, size: 32, batch: 2 }
step:
  inputs: { s: source.image, t: target.image }
  nodes:
    small: { op: resize, in: s, to: [4, 4], method: bilinear }
    flat: { op: flatten, in: small }
    noisy: { op: dropout, in: flat, rate: 0.2 }
    swap: { model: generator, in: { target: t, id: noisy } }
    fake: { model: critic, in: swap }
    real: { model: critic, in: t }
    before: { model: fixed, in: t }
    after: { model: fixed, in: swap }
order: [generator, critic]
phases:
  critic:
    update: [critic]
    reuse: [swap]
    optimizer: { type: adam, lr: 5e-4, eps: 1e-2, clip-norm: 1 }
    terms:
      adversarial: { graph: ../graphs/losses/critic-log.yaml, in: { real: real, fake: fake } }
      r1: { graph: ../graphs/losses/r1.yaml, in: { score: real, image: t }, weight: 0.1, every: 3 }
  generator:
    update: [generator]
    optimizer: { type: adamw, lr: { cosine: { from: 5e-4, to: 1e-4, over: 20 } }, eps: 1e-2, accumulate: 2, groups: [{ weights: generator/stem, lr-factor: 0.5 }] }
    terms:
      same: { graph: ../graphs/losses/l1.yaml, in: [swap, t] }
      fixed: { graph: ../graphs/losses/l2.yaml, in: [before, after], weight: 0.1 }
      adversarial: { graph: ../graphs/losses/generator-log.yaml, in: fake, weight: { ramp: [0, 0.1], over: [2, 6] } }
train: { steps: 20, ema: { generator: 0.9 } }
`;

export const registry = standardRegistry();

/** The toy experiment, with `--set`s. */
export function toy(...set: string[]): Experiment {
  return toyOf(TOY, ...set);
}

/** The toy experiment with the given models recomputed. */
export function recomputedToy(...models: string[]): Experiment {
  return toyOf(models.reduce((text, model) => text.replace(`  ${model}: { graph:`, `  ${model}: { remat: true, graph:`), TOY));
}

function toyOf(text: string, ...set: string[]): Experiment {
  return loadExperimentFile(file, createContext(registry, diskFiles(new Map([[file, text]]))), { set });
}

/** Pictures drawn for a step, smooth enough to have sensible losses. */
export function batchAt(experiment: Experiment, step: number): Batch {
  return Object.fromEntries(experiment.step.inputs.map((input): [string, BatchField] => {
    const shape = concreteShape(input.shape);
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    fillUniform(data, 5, ['batch', input.name, step]);
    return [input.name, { shape, dtype: 'float32', data }];
  }));
}

/** The graph of what acts at a step, as recorded and as it is run; nothing is computed. Needs a native engine. */
export function graphsOf(experiment: Experiment, step: number): { readonly recorded: readonly GraphNode[]; readonly run: readonly GraphNode[]; readonly set: RecordedSet } {
  const phases = schedulePhases(experiment);
  const fields = Object.fromEntries(experiment.step.inputs.map((i) => [i.name, { shape: concreteShape(i.shape), dtype: i.dtype }]));
  const state = [...weightsOf(experiment).values()].flatMap(({ id, shape }) => ['weight', 'ema'].map((kind) => [`${kind}:${id}`, concreteShape(shape)] as const));
  const program = bindProgram(bindDims(experiment.step, new Map()), registry);
  const now = activeSet(experiment, phases, step);
  const { graph, sets } = recordStep({ experiment, registry, program, phases, fields, state }, [now]);
  const reports = [...sets.values()].flatMap(({ report }) => report ?? []);
  return { recorded: graph.nodes, run: stepNodes(experiment.precision, graph, reports), set: sets.get(now.key) as RecordedSet };
}
