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
  /** Pauses after so many steps, with a checkpoint: nothing else of the run depends on it. Default: `steps`. */
  readonly until?: number;
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
  const end = Math.min(options.until ?? steps, steps);
  const resumed = readNewestCheckpoint(dir, identity);
  if (resumed) await engine.restore(resumed.state);
  let step = resumed?.step ?? 0;
  yield { type: 'started', step, steps, resumed: resumed !== undefined };
  const batches = new BatchesAhead(options.batches, end);
  if (step < end) {
    batches.prepare(step);
    await engine.prepare?.(step);
  }
  while (step < end) {
    if (options.signal?.aborted) {
      if (step > (resumed?.step ?? 0)) yield await checkpoint(options, step);
      yield { type: 'interrupted', step };
      return;
    }
    yield await oneStep(options, batches, step);
    step += 1;
    if (step % options.checkpoint.every === 0 && step < end) yield await checkpoint(options, step);
    // Lets timers, signals and the tracker's requests have their turn.
    await nextTurn();
  }
  if (step > (resumed?.step ?? -1)) yield await checkpoint(options, step);
  yield { type: step < steps ? 'paused' : 'trained', step };
}

/** Asks for the batch of a step while the one before runs. */
class BatchesAhead {
  readonly #source: BatchSource;
  readonly #steps: number;
  #next: { readonly step: number; readonly batch: Promise<Batch> } | undefined;

  constructor(source: BatchSource, steps: number) {
    this.#source = source;
    this.#steps = steps;
  }

  take(step: number): Promise<Batch> {
    return this.#next?.step === step ? this.#next.batch : this.#source.batch(step);
  }

  prepare(step: number): void {
    if (step >= this.#steps) return;
    const batch = this.#source.batch(step);
    // Whoever takes it hears of a failure; one that is never taken may fail unheard.
    batch.catch(() => undefined);
    this.#next = { step, batch };
  }
}

async function oneStep(options: TrainOptions, batches: BatchesAhead, step: number): Promise<TrainEvent> {
  const asked = options.now();
  const batch = await batches.take(step);
  const begun = options.now();
  const running = options.engine.run(batch, step);
  batches.prepare(step + 1);
  const outcome = await running;
  return { type: 'step', step, outcome, seconds: options.now() - asked, waitSeconds: begun - asked };
}

async function checkpoint(options: TrainOptions, step: number): Promise<TrainEvent> {
  const file = await writeCheckpoint(options.dir, step, await options.engine.save(), options.identity, options.checkpoint.keep);
  return { type: 'checkpoint', step, file };
}
