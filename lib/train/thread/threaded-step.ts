import { SHARE_ENV } from 'node:worker_threads';
import type { StepOutcome, TrainState } from '../../compile/step/step-engine.ts';
import { AnsweringThread } from '../../datasets/answering-thread.ts';
import { startThread } from '../../datasets/thread.ts';
import type { HoistableStep, HoistCounts, Hoisted } from '../../hoist/hoistable-step.ts';
import type { Weights } from '../../weights/weights.ts';
import { errorIn, type CrossingError } from './crossing.ts';
import type { OpenedStep, StepMethod } from './messages.ts';

export interface ThreadedStep {
  /** Its methods are answered by the thread, in the order of the calls; `dispose` ends the thread. */
  readonly step: HoistableStep;
  readonly opened: OpenedStep;
}

/** A step does not end when it is asked to before it is done; nothing of ours takes this long after it. */
const CLOSING_MS = 30_000;

/**
 * Opens a step in a thread of its own, so that this thread's timers, signals and requests go on while TensorFlow computes. The module
 * calls `serveStep`; `data` is its `workerData`. Arrays are copied between the threads, tensors stay there. The thread shares this one's
 * environment, which TensorFlow reads as it loads.
 * @throws what the module's `open` throws
 */
export async function openThreadedStep(module: URL, data: unknown): Promise<ThreadedStep> {
  const thread = new AnsweringThread<OpenedStep, CrossingError>(startThread(module, data, { env: SHARE_ENV }), {
    errorFrom: errorIn, ended: (code) => `the thread of the training step ended with code ${code}`, closingMs: CLOSING_MS,
  });
  const call = <T>(order: StepMethod): Promise<T> => thread.call<T>(order);
  const stop = (): Promise<void> => thread.stop('the training step was closed');
  const opened = await thread.opened.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const step: HoistableStep = {
    hoist: (samples, settings) => call<Hoisted | undefined>({ method: 'hoist', samples, settings }),
    hoisted: () => call<HoistCounts>({ method: 'hoisted' }),
    prepare: (at) => call<void>({ method: 'prepare', step: at }),
    run: (batch, at) => call<StepOutcome>({ method: 'run', batch, step: at }),
    weights: (which) => call<Weights>({ method: 'weights', which }),
    save: () => call<TrainState>({ method: 'save' }),
    restore: (state) => call<void>({ method: 'restore', state }),
    dispose: stop,
  };
  return { step, opened };
}
