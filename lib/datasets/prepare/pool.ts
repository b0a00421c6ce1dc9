import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { errorFrom } from '../messages.ts';
import type { PhotoSource } from './sources.ts';
import { storeCrash } from './work.ts';
import type { WorkDone, WorkOrder } from './work.ts';
import type { FromWorker, ToWorker } from './worker.ts';

export interface PoolDone extends WorkDone {
  readonly index: number;
}

/** Photographs that one worker holds at a time: one is decoded or encoded while the networks look at the other. */
const inHand = 2;

/**
 * Prepares photographs in `workers` processes of one engine thread each, and gives their records as they are done, in any order. A photograph that ends its worker is
 * tried once more alone; if it does so again its outcome is `crashed`. Throws what a worker threw, and where `signal` is aborted.
 */
export async function* runPool(sources: readonly PhotoSource[], order: WorkOrder, workers: number, signal?: AbortSignal): AsyncGenerator<PoolDone> {
  const pool = new Pool(sources, order, Math.max(1, Math.min(workers, sources.length)));
  const stop = (): void => pool.fail(signal?.reason ?? new Error('aborted'));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    signal?.throwIfAborted();
    for (let given = 0; given < sources.length; given++) yield await pool.next();
  } finally {
    signal?.removeEventListener('abort', stop);
    pool.close();
  }
}

interface Member {
  readonly child: ChildProcess;
  readonly jobs: Set<number>;
  ready: boolean;
}

class Pool {
  readonly #sources: readonly PhotoSource[];
  readonly #order: WorkOrder;
  readonly #members = new Set<Member>();
  readonly #finished: PoolDone[] = [];
  readonly #crashes = new Map<number, number>();
  /** Photographs that ended a worker: each is tried again with nothing beside it. */
  readonly #suspects: number[] = [];
  #cursor = 0;
  #closed = false;
  #error: unknown;
  #wake: () => void = () => {};

  constructor(sources: readonly PhotoSource[], order: WorkOrder, workers: number) {
    this.#sources = sources;
    this.#order = order;
    for (let i = 0; i < workers && sources.length > 0; i++) this.#start();
  }

  async next(): Promise<PoolDone> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const done = this.#finished.shift();
      if (done) return done;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  fail(error: unknown): void {
    this.#error ??= error;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    for (const { child } of this.#members) child.kill('SIGKILL');
  }

  #start(): void {
    const typescript = import.meta.url.endsWith('.ts');
    const execArgv = typescript ? ['--import', import.meta.resolve('tsx')] : [];
    // glibc keeps what loading the networks' graphs frees, about 200 MiB, unless large blocks are mapped one by one
    const allocator = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: String(1 << 20), MALLOC_TRIM_THRESHOLD_: String(1 << 20) };
    const env = { ...allocator, ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };
    const child = fork(new URL(typescript ? './worker.ts' : './worker.js', import.meta.url), { execArgv, env, serialization: 'advanced' });
    const member: Member = { child, jobs: new Set(), ready: false };
    this.#members.add(member);
    child.on('message', (message: FromWorker) => this.#heard(member, message));
    child.on('error', (error) => this.fail(error));
    child.on('exit', (code, killed) => this.#ended(member, killed ?? `exit code ${code}`));
    this.#send(member, { kind: 'open', order: this.#order });
  }

  #send({ child }: Member, message: ToWorker): void {
    child.send(message, (error) => {
      if (error && !this.#closed && child.connected) this.fail(error);
    });
  }

  #heard(member: Member, message: FromWorker): void {
    if (message.kind === 'failed') return this.fail(errorFrom(message.error));
    if (message.kind === 'ready') member.ready = true;
    else {
      member.jobs.delete(message.index);
      this.#finished.push({ index: message.index, ...message.done });
      this.#wake();
    }
    this.#feed(member);
  }

  #feed(member: Member): void {
    if (member.jobs.size === 0 && this.#suspects.length > 0) return this.#give(member, this.#suspects.shift() as number);
    const alone = [...member.jobs].some((index) => this.#crashes.has(index));
    while (!alone && member.jobs.size < inHand && this.#cursor < this.#sources.length) this.#give(member, this.#cursor++);
  }

  #give(member: Member, index: number): void {
    member.jobs.add(index);
    this.#send(member, { kind: 'photo', index, source: this.#sources[index] });
  }

  #ended(member: Member, how: string): void {
    this.#members.delete(member);
    if (this.#closed) return;
    if (!member.ready) return this.fail(new Error(`a worker of prepare could not start (${how})`));
    const alone = member.jobs.size === 1;
    for (const index of member.jobs) {
      const crashes = (this.#crashes.get(index) ?? 0) + (alone ? 1 : 0);
      this.#crashes.set(index, crashes);
      if (crashes < 2) this.#suspects.push(index);
      else storeCrash(this.#order.out, this.#sources[index]).then((done) => this.#crashed(index, done), (error: unknown) => this.fail(error));
    }
    this.#start();
  }

  #crashed(index: number, done: WorkDone): void {
    this.#finished.push({ index, ...done });
    this.#wake();
  }
}
