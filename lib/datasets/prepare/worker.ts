import { errorData } from '../messages.ts';
import type { ErrorData } from '../messages.ts';
import type { PhotoSource } from './sources.ts';
import { openWork } from './work.ts';
import type { WorkDone, WorkOrder } from './work.ts';

/** To a worker process: how to work, then one photograph after the other. */
export type ToWorker = { readonly kind: 'open'; readonly order: WorkOrder } | { readonly kind: 'photo'; readonly index: number; readonly source: PhotoSource };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly index: number; readonly done: WorkDone }
  | { readonly kind: 'failed'; readonly error: ErrorData };

const opened: { work?: Awaited<ReturnType<typeof openWork>> } = {};

process.on('message', (message: ToWorker) => {
  void answer(message).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ kind: 'failed', error: errorData(error) } satisfies FromWorker),
  );
});
process.on('disconnect', () => process.exit(0));

async function answer(message: ToWorker): Promise<FromWorker> {
  if (message.kind === 'open') {
    opened.work = await openWork(message.order);
    return { kind: 'ready' };
  }
  if (!opened.work) throw new Error('a photograph was sent before the worker was opened');
  return { kind: 'done', index: message.index, done: await opened.work.prepare(message.source) };
}
