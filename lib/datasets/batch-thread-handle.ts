import type { Worker } from 'node:worker_threads';
import type { LookUp } from '../hoist/look-up.ts';
import type { Batch } from './batch.ts';
import { errorFrom, type Opened, type Order, type Reply, type ThreadStart } from './messages.ts';
import { siblingModule, startThread } from './thread.ts';

interface Waiting {
  readonly resolve: (batch: Batch) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's end of one batch thread. */
export class BatchThread {
  /** Resolves once the data set is open in the thread. */
  readonly opened: Promise<Opened>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting[]>();
  readonly #ended: Promise<void>;
  #failure: Error | undefined;

  constructor(start: ThreadStart) {
    const worker = startThread(siblingModule(import.meta.url, 'batch-thread'), start);
    this.#worker = worker;
    this.opened = new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.#fail(error);
        reject(error);
      };
      worker.on('message', (reply: Reply) => {
        if (reply.kind === 'opened') resolve(reply.opened);
        else if (reply.kind === 'failed-to-open') fail(errorFrom(reply.error));
        else this.#settle(reply);
      });
      worker.on('error', fail);
      worker.on('exit', (code) => fail(new Error(`the data thread ended with code ${code} before its batches were made`)));
    });
    this.opened.catch(() => undefined);
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()));
  }

  /** Batches ordered and not yet made. */
  get pending(): number {
    return this.#waiting.size;
  }

  make(step: number): Promise<Batch> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.set(step, [...(this.#waiting.get(step) ?? []), { resolve, reject }]);
      this.#worker.postMessage({ step } satisfies Order);
    });
  }

  /** Completes the batches ordered from now on. */
  lookUp(request: LookUp): void {
    this.#worker.postMessage({ lookUp: request } satisfies Order);
  }

  /** Lets the data set close, then ends the thread; a thread that does not end within two seconds is ended. */
  async stop(): Promise<void> {
    this.#fail(new Error('the batches were closed'));
    this.#worker.postMessage('close' satisfies Order);
    const timer = setTimeout(() => void this.#worker.terminate(), 2000);
    await this.#ended;
    clearTimeout(timer);
  }

  #settle(reply: Extract<Reply, { readonly step: number }>): void {
    const [first, ...rest] = this.#waiting.get(reply.step) ?? [];
    if (rest.length > 0) this.#waiting.set(reply.step, rest);
    else this.#waiting.delete(reply.step);
    if (reply.kind === 'batch') first?.resolve(reply.batch);
    else first?.reject(errorFrom(reply.error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of [...this.#waiting.values()].flat()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }
}
