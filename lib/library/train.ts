import { stepCache } from '../cli/step-cache.ts';
import { createCompiledStep } from '../compile/step/compiled/compiled.ts';
import { createEagerStep } from '../compile/step/eager.ts';
import type { Engine } from '../engine/contract.ts';
import { engineText } from '../engine/engine-text.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { HoistSettings } from '../hoist/hoistable-step.ts';
import { HoistedStep } from '../hoist/hoisted-step.ts';
import { openTraining } from '../launch/training.ts';
import type { Registry } from '../registry/registry.ts';
import { standardRegistry } from '../standard-registry.ts';
import type { TrainEvent } from '../train/events.ts';
import { givenWeights } from '../train/given-weights.ts';
import { train as trainSteps } from '../train/train.ts';

export interface TrainRunOptions {
  /** Folder of the checkpoints; a run that was interrupted there goes on. */
  readonly dir: string;
  /** What `loadEngine` gave. */
  readonly engine: Engine;
  readonly seed?: number;
  /** What ships, where left out; recorded steps are then kept in the cache folder, as by the command. */
  readonly registry?: Registry;
  /** Aborting ends the run after the step under way, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Op by op instead of by one compiled graph. */
  readonly eager?: boolean;
  /** Computes what depends on one sample and frozen weights alone once, and keeps it in a folder; left out: at every step. */
  readonly hoist?: HoistSettings;
}

/** Trains an experiment and tells of every step; what is done with the events is the caller's. @throws NonFiniteError, DiagnosticError */
export async function* train(experiment: Experiment, options: TrainRunOptions): AsyncGenerator<TrainEvent> {
  const { dir, engine, seed = 0, registry = standardRegistry() } = options;
  // The cache knows what the library's own ops compute, not what a caller's do.
  const cache = options.registry === undefined ? stepCache(engine) : undefined;
  const create: typeof createEagerStep = options.eager || !engine.binding ? createEagerStep : (e, o) => createCompiledStep(e, { ...o, ...(cache ? { cache } : {}) });
  const step = new HoistedStep(experiment, { registry, seed, given: givenWeights(experiment), engine: engineText(engine), create });
  const training = await openTraining({
    experiment, seed, registry, openStep: async () => ({ step, engine, compute: async () => undefined }), ...(options.hoist ? { hoist: options.hoist } : {}),
  });
  try {
    const { batches, identity } = training;
    yield* trainSteps({
      engine: step, batches, identity, steps: experiment.train.steps, dir, checkpoint: experiment.train.checkpoint, now: () => performance.now() / 1000,
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } finally {
    await training.close();
  }
}

export { runWeights } from '../train/run-weights.ts';
export type { TrainEvent };
