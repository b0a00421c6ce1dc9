import { lookUp, type LookUp } from '../hoist/look-up.ts';
import { assembleBatch, batchFields, type Batch, type BatchRequest } from './batch.ts';
import { BatchThread } from './batch-thread-handle.ts';
import { openedOf, type Opened } from './messages.ts';
import { withTokens } from './tokens.ts';
import { isOwnDataset, openDataset, type DatasetReference, type KnownDatasets } from './open.ts';

export interface BatchesOptions {
  readonly dataset: DatasetReference;
  readonly request: BatchRequest;
  /** Data sets of a registry. Those that do not ship are code that other threads do not have: their batches are prepared in this thread. */
  readonly known?: KnownDatasets;
  /** Threads that prepare batches ahead; 0 prepares each when it is asked for, in this thread. Default 1. The batches are the same. */
  readonly threads?: number;
  /** Batches prepared ahead at most, all threads together. Default: 2 per thread. */
  readonly ahead?: number;
  /** The step that ends the training: none from it on is prepared ahead. */
  readonly end?: number;
}

/** The batches of a data set. */
export interface Batches extends Opened {
  /** The batch of a step (from 0). Any order is right; rising steps without gaps are fast. */
  batch(step: number): Promise<Batch>;
  /** Adds what is kept of their samples to all batches; to be called before the first is asked for. */
  lookUp(request: LookUp): void;
  /** Ends the threads; pending batches are rejected. */
  close(): Promise<void>;
}

/**
 * Opens a data set and assembles its batches, ahead of time in other threads. `batch(step)` depends on the data set, its seed, the request and
 * the step alone: not on the threads, and not on the steps asked for before, so a resumed run sees what it would have seen.
 */
export async function openBatches(options: BatchesOptions): Promise<Batches> {
  const threads = isOwnDataset(options.dataset.name, options.known) ? 0 : options.threads ?? 1;
  if (threads === 0) return inThisThread(options);
  const handles = Array.from({ length: threads }, () => new BatchThread({ dataset: options.dataset, request: options.request }));
  try {
    const [opened] = await Promise.all(handles.map((handle) => handle.opened));
    return new PrefetchedBatches(handles, opened, options.ahead ?? 2 * threads, options.end ?? Infinity);
  } catch (error) {
    await Promise.all(handles.map((handle) => handle.stop()));
    throw error;
  }
}

async function inThisThread({ dataset: reference, known, request }: BatchesOptions): Promise<Batches> {
  const dataset = await withTokens(await openDataset(reference, known), request.fields);
  batchFields(dataset, request.fields);
  let wanted: LookUp | undefined;
  const batch = async (step: number): Promise<Batch> => {
    const assembled = await assembleBatch(dataset, request, step);
    return wanted ? { ...assembled, ...(await lookUp(assembled, wanted)) } : assembled;
  };
  return { ...openedOf(dataset), batch, lookUp: (asked) => { wanted = asked; }, close: async () => dataset.close?.() };
}

class PrefetchedBatches implements Batches {
  readonly hash: string;
  readonly description: string;
  readonly fields: Opened['fields'];
  readonly samples: number | undefined;
  readonly #threads: readonly BatchThread[];
  readonly #ahead: number;
  readonly #end: number;
  /** Batches ordered and not yet handed out: at most the one asked for and `ahead` more. */
  #held = new Map<number, Promise<Batch>>();

  constructor(threads: readonly BatchThread[], opened: Opened, ahead: number, end: number) {
    this.hash = opened.hash;
    this.description = opened.description;
    this.fields = opened.fields;
    this.samples = opened.samples;
    this.#threads = threads;
    this.#ahead = ahead;
    this.#end = end;
  }

  lookUp(request: LookUp): void {
    this.#threads.forEach((thread) => thread.lookUp(request));
  }

  async batch(step: number): Promise<Batch> {
    // Whatever lies outside the window (a step was skipped, a run went back) is let go.
    this.#held = new Map([...this.#held].filter(([held]) => held >= step && held <= step + this.#ahead));
    const wanted = this.#order(step);
    for (let next = step + 1; next <= Math.min(step + this.#ahead, this.#end - 1); next++) this.#order(next);
    this.#held.delete(step);
    return wanted;
  }

  async close(): Promise<void> {
    this.#held.clear();
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }

  #order(step: number): Promise<Batch> {
    const held = this.#held.get(step);
    if (held) return held;
    const idlest = this.#threads.reduce((a, b) => (b.pending < a.pending ? b : a));
    const ordered = idlest.make(step);
    // A batch that is never asked for may fail unheard; one that is asked for rejects there.
    ordered.catch(() => undefined);
    this.#held.set(step, ordered);
    return ordered;
  }
}
