import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Batch, StepEngine } from '../compile/step/step-engine.ts';
import { readNewestCheckpoint, writeCheckpoint, type CheckpointIdentity } from './checkpoint.ts';
import type { TrainEvent } from './events.ts';

/** Where a run takes its batches from; `batch(step)` depends on the step alone. */
export interface BatchSource {
  batch(step: number): Promise<Batch>;
}

export interface TrainOptions {
  readonly engine: StepEngine;
  readonly batches: BatchSource;
  readonly steps: number;
  /** The run's folder: checkpoints are written to and resumed from it. */
  readonly dir: string;
  readonly identity: CheckpointIdentity;
  readonly checkpoint: { readonly every: number; readonly keep: number };
  /** Aborting ends the run after the step under way, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Seconds, for durations only. */
  readonly now: () => number;
}

/**
 * Trains, or goes on where an interrupted run of the same folder stopped: bit by bit what the undisturbed run gives.
 * @throws NonFiniteError (the last checkpoint stays), DiagnosticError where the folder holds another run
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent> {
  const { engine, steps, dir, identity } = options;
  const resumed = readNewestCheckpoint(dir, identity);
  if (resumed) await engine.restore(resumed.state);
  let step = resumed?.step ?? 0;
  yield { type: 'started', step, steps, resumed: resumed !== undefined };
  while (step < steps) {
    if (options.signal?.aborted) {
      if (step > (resumed?.step ?? 0)) yield await checkpoint(options, step);
      yield { type: 'interrupted', step };
      return;
    }
    yield await oneStep(options, step);
    step += 1;
    if (step % options.checkpoint.every === 0 && step < steps) yield await checkpoint(options, step);
    // Lets timers, signals and the tracker's requests have their turn.
    await nextTurn();
  }
  if (step > (resumed?.step ?? -1)) yield await checkpoint(options, step);
  yield { type: 'trained', step };
}

async function oneStep(options: TrainOptions, step: number): Promise<TrainEvent> {
  const asked = options.now();
  const batch = await options.batches.batch(step);
  const begun = options.now();
  const outcome = await options.engine.run(batch, step);
  return { type: 'step', step, outcome, seconds: options.now() - asked, waitSeconds: begun - asked };
}

async function checkpoint(options: TrainOptions, step: number): Promise<TrainEvent> {
  const file = await writeCheckpoint(options.dir, step, await options.engine.save(), options.identity, options.checkpoint.keep);
  return { type: 'checkpoint', step, file };
}
