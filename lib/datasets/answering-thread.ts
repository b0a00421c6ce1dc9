import type { Worker } from 'node:worker_threads';

/** What a thread of ours says: that it is open, or could not be opened; then an answer to each call, in the order of the calls. */
export type ThreadReply<Opened, Failure> =
  | { readonly kind: 'opened'; readonly opened: Opened }
  | { readonly kind: 'failed-to-open'; readonly error: Failure }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: Failure };

export interface ThreadManner<Failure> {
  /** An error of the thread as one of this thread. */
  readonly errorFrom: (error: Failure) => Error;
  /** What it says of a thread that ends before it was told to. */
  readonly ended: (code: number) => string;
  /** Milliseconds that a thread has to end by itself once it was told to `close`. */
  readonly closingMs: number;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's end of a thread that answers calls one after the other, and ends when it is told to `close`. */
export class AnsweringThread<Opened, Failure> {
  /** Rejects with what kept the thread from opening. */
  readonly opened: Promise<Opened>;
  readonly #worker: Worker;
  readonly #manner: ThreadManner<Failure>;
  readonly #waiting: Waiting[] = [];
  readonly #ended: Promise<void>;
  #failure: Error | undefined;

  constructor(worker: Worker, manner: ThreadManner<Failure>) {
    this.#worker = worker;
    this.#manner = manner;
    this.opened = new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.#fail(error);
        reject(error);
      };
      worker.on('message', (reply: ThreadReply<Opened, Failure>) => {
        if (reply.kind === 'opened') resolve(reply.opened);
        else if (reply.kind === 'failed-to-open') fail(manner.errorFrom(reply.error));
        else this.#settle(reply);
      });
      worker.on('error', fail);
      worker.on('exit', (code) => fail(new Error(manner.ended(code))));
    });
    // Whoever waits for it hears of a failure.
    this.opened.catch(() => undefined);
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()));
  }

  /** Calls that are not answered yet. */
  get pending(): number {
    return this.#waiting.length;
  }

  call<T>(order: unknown): Promise<T> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(order);
    });
  }

  /** Tells the thread what it does not answer. */
  tell(order: unknown): void {
    this.#worker.postMessage(order);
  }

  /** Rejects what waits with `reason`, lets the thread end what it is at, and ends it. */
  async stop(reason: string): Promise<void> {
    this.#fail(new Error(reason));
    this.#worker.postMessage('close');
    const timer = setTimeout(() => void this.#worker.terminate(), this.#manner.closingMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #settle(reply: Extract<ThreadReply<Opened, Failure>, { readonly kind: 'done' | 'failed' }>): void {
    const waiting = this.#waiting.shift();
    if (reply.kind === 'done') waiting?.resolve(reply.value as never);
    else waiting?.reject(this.#manner.errorFrom(reply.error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#failure);
  }
}
