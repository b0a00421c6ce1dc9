import type { LookUp } from '../hoist/look-up.ts';
import { AnsweringThread } from './answering-thread.ts';
import type { Batch } from './batch.ts';
import { errorFrom, type ErrorData, type Opened, type Order, type ThreadStart } from './messages.ts';
import { siblingModule, startThread } from './thread.ts';

/** The main thread's end of one batch thread. */
export class BatchThread {
  readonly #thread: AnsweringThread<Opened, ErrorData>;

  constructor(start: ThreadStart) {
    this.#thread = new AnsweringThread(startThread(siblingModule(import.meta.url, 'batch-thread'), start), {
      errorFrom, ended: (code) => `the data thread ended with code ${code} before its batches were made`, closingMs: 2000,
    });
  }

  /** Resolves once the data set is open in the thread. */
  get opened(): Promise<Opened> {
    return this.#thread.opened;
  }

  /** Batches ordered and not yet made. */
  get pending(): number {
    return this.#thread.pending;
  }

  make(step: number): Promise<Batch> {
    return this.#thread.call({ step } satisfies Order);
  }

  /** Completes the batches ordered from now on. */
  lookUp(request: LookUp): void {
    this.#thread.tell({ lookUp: request } satisfies Order);
  }

  /** Lets the data set close, then ends the thread; a thread that does not end within two seconds is ended. */
  stop(): Promise<void> {
    return this.#thread.stop('the batches were closed');
  }
}
