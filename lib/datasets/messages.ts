import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { LookUp } from '../hoist/look-up.ts';
import type { Dataset, FieldSpec } from '../registry/dataset.ts';
import type { ThreadReply } from './answering-thread.ts';
import type { BatchRequest } from './batch.ts';
import type { DatasetReference } from './open.ts';

/** What a batch thread is started with. */
export interface ThreadStart {
  readonly dataset: DatasetReference;
  readonly request: BatchRequest;
}

/** To the thread: make a step's batch, complete batches from here on, or close the data set and end. */
export type Order = { readonly step: number } | { readonly lookUp: LookUp } | 'close';

/** What a data set says of itself once it is open. */
export interface Opened {
  readonly hash: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  /** Training samples; undefined for a stream without an end. */
  readonly samples: number | undefined;
}

export function openedOf(dataset: Dataset): Opened {
  const { hash, description, fields } = dataset;
  return { hash, description, fields, samples: dataset.length('train') };
}

/** From the thread. */
export type Reply = ThreadReply<Opened, ErrorData>;

/** An error that can pass between threads with its diagnostics. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly diagnostics?: readonly Diagnostic[];
}

export function errorData(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, ...(stack ? { stack } : {}), ...(error instanceof DiagnosticError ? { diagnostics: error.diagnostics } : {}) };
}

export function errorFrom(data: ErrorData): Error {
  if (data.diagnostics) return new DiagnosticError(data.diagnostics);
  const error = new Error(data.message);
  error.name = data.name;
  if (data.stack) error.stack = data.stack;
  return error;
}
