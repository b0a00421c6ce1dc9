import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import { diskFiles } from '../../lib/compose/files.ts';
import type { HoistSettings } from '../../lib/hoist/hoistable-step.ts';
import type { Experiment } from '../../lib/ir/experiment.ts';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = path.join(root, 'experiments', 'hoisting.yaml');

export const registry = standardRegistry();

// One of each: a code of both directions stacked, taps of the target, a transformer on the source alone, a critic that sees data and is trained.
export const YAML = `kind: experiment
name: hoisting
models:
  generator: { graph: ../graphs/generators/facechanger.yaml, with: { width: 4, depth: 1 } }
  critic: { graph: ../graphs/critics/patchgan.yaml, with: { width: 4 } }
  identity: { graph: ../graphs/critics/patchgan.yaml, with: { width: 6 }, frozen: true }
  vgg: { graph: ../graphs/encoders/vgg16.yaml, with: { size: 32 }, frozen: true }
  clip: { graph: ../graphs/encoders/clip-image.yaml, with: { width: 8, depth: 1, heads: 2, patch: 56, units: 8 }, frozen: true }
data: { dataset: rendered-faces, size: 32, batch: 2, pictures: 8, identities: 4 }
step:
  inputs: { s: source.image, t: target.image }
  nodes:
    sources: { op: concat, axis: batch, in: [s, t] }
    targets: { op: concat, axis: batch, in: [t, s] }
    map: { model: identity, in: sources }
    flat: { op: flatten, in: map }
    code: { op: l2-normalize, in: flat }
    swap: { model: generator, in: { target: targets, id: code } }
    swap-taps: { model: vgg, in: swap, take: { taps: [relu1-2, relu2-2] } }
    target-taps: { model: vgg, in: targets, take: { taps: [relu1-2, relu2-2] } }
    meaning: { model: clip, in: targets }
    swap-meaning: { model: clip, in: swap }
    fake: { model: critic, in: swap }
    real: { model: critic, in: targets }
order: [critic, generator]
phases:
  critic:
    update: [critic]
    optimizer: { type: adam, lr: 1e-3, eps: 1e-2 }
    terms:
      adversarial: { graph: ../graphs/losses/critic-log.yaml, in: { real: real, fake: fake } }
      r1: { graph: ../graphs/losses/r1.yaml, in: { score: real, image: targets }, weight: 0.1 }
  generator:
    update: [generator]
    optimizer: { type: adam, lr: 1e-3, eps: 1e-2 }
    terms:
      l1: { graph: ../graphs/losses/l1.yaml, in: [swap, targets] }
      perceptual: { graph: ../graphs/losses/perceptual.yaml, in: { a: swap-taps.taps, b: target-taps.taps } }
      meaning: { graph: ../graphs/losses/cosine.yaml, in: { a: swap-meaning, b: meaning } }
      adversarial: { graph: ../graphs/losses/generator-log.yaml, in: fake }
train: { steps: 12 }
`;

/** The experiment above, changed by `--set`s, or another text in its place. */
export function experiment(set: readonly string[] = [], text = YAML): Experiment {
  return loadExperimentFile(file, createContext(registry, diskFiles(new Map([[file, text]]))), { set });
}

/** Everything pays here: the networks are tiny. */
export const FREE = { entry: 0, byte: 0 };

export function settings(cache: string): HoistSettings {
  return { cache, readCost: FREE, now: 0 };
}

/** A folder that is gone after the test. */
export function folder(t: TestContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'swapgraph-hoist-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
