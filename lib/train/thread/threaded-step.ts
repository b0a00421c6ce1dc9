import { SHARE_ENV, type Worker } from 'node:worker_threads';
import type { StepOutcome, TrainState } from '../../compile/step/step-engine.ts';
import { startThread } from '../../datasets/thread.ts';
import type { HoistableStep, HoistCounts, Hoisted } from '../../hoist/hoistable-step.ts';
import type { Weights } from '../../weights/weights.ts';
import { errorIn } from './crossing.ts';
import type { OpenedStep, StepMethod, StepOrder, StepReply } from './messages.ts';

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
  const thread = new StepThread(module, data);
  const opened = await thread.opened.catch(async (error: unknown) => {
    await thread.stop();
    throw error;
  });
  const step: HoistableStep = {
    hoist: (samples, settings) => thread.call<Hoisted | undefined>({ method: 'hoist', samples, settings }),
    hoisted: () => thread.call<HoistCounts>({ method: 'hoisted' }),
    prepare: (at) => thread.call<void>({ method: 'prepare', step: at }),
    run: (batch, at) => thread.call<StepOutcome>({ method: 'run', batch, step: at }),
    weights: (which) => thread.call<Weights>({ method: 'weights', which }),
    save: () => thread.call<TrainState>({ method: 'save' }),
    restore: (state) => thread.call<void>({ method: 'restore', state }),
    dispose: () => thread.stop(),
  };
  return { step, opened };
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

class StepThread {
  readonly opened: Promise<OpenedStep>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #calls = 0;
  #failure: Error | undefined;

  constructor(module: URL, data: unknown) {
    const worker = startThread(module, data, { env: SHARE_ENV });
    this.#worker = worker;
    this.opened = new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.#fail(error);
        reject(error);
      };
      worker.on('message', (reply: StepReply) => {
        if (reply.kind === 'opened') resolve(reply.opened);
        else if (reply.kind === 'failed-to-open') fail(errorIn(reply.error));
        else this.#settle(reply);
      });
      worker.on('error', fail);
      worker.on('exit', (code) => fail(new Error(`the thread of the training step ended with code ${code}`)));
    });
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()));
  }

  call<T>(call: StepMethod): Promise<T> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise<T>((resolve, reject) => {
      const id = this.#calls++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call } satisfies StepOrder);
    });
  }

  /** Lets the step under way end, disposes of the engine and ends the thread. */
  async stop(): Promise<void> {
    this.#fail(new Error('the training step was closed'));
    this.#worker.postMessage('close' satisfies StepOrder);
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSING_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #settle(reply: Extract<StepReply, { readonly id: number }>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === 'done') waiting?.resolve(reply.value as never);
    else waiting?.reject(errorIn(reply.error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }
}
