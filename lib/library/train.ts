import { createCompiledStep } from '../compile/step/compiled/compiled.ts';
import { createEagerStep } from '../compile/step/eager.ts';
import type { Engine } from '../engine/contract.ts';
import type { Experiment } from '../ir/experiment.ts';
import { engineText, openTraining, stepBatch } from '../launch/execute.ts';
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
  readonly registry?: Registry;
  /** Aborting ends the run after the step under way, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Op by op instead of by one compiled graph. */
  readonly eager?: boolean;
}

/** Trains an experiment and tells of every step; what is done with the events is the caller's. @throws NonFiniteError, DiagnosticError */
export async function* train(experiment: Experiment, options: TrainRunOptions): AsyncGenerator<TrainEvent> {
  const { dir, engine, seed = 0, registry = standardRegistry() } = options;
  const create = options.eager || !engine.binding ? createEagerStep : createCompiledStep;
  const step = create(experiment, { registry, seed, given: givenWeights(experiment) });
  const batches = await openTraining(experiment, seed);
  try {
    yield* trainSteps({
      engine: step, steps: experiment.train.steps, dir, checkpoint: experiment.train.checkpoint, now: () => performance.now() / 1000,
      identity: { experiment: experiment.hash, seed, engine: engineText(engine) }, ...(options.signal ? { signal: options.signal } : {}),
      batches: { batch: async (at) => stepBatch(await batches.batch(at), experiment) },
    });
  } finally {
    await batches.close();
    await step.dispose();
  }
}

export { runWeights } from '../train/run-weights.ts';
export type { TrainEvent };
