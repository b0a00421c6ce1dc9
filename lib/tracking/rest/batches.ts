import { MAX_BATCH_BYTES, MAX_ENTITIES_PER_BATCH, MAX_METRICS_PER_BATCH, MAX_PARAMS_PER_BATCH, MAX_TAGS_PER_BATCH } from '../limits.ts';
import type { CallOptions } from './calls.ts';
import type { Batch, KeyValue } from './mlflow-client.ts';
import { getRun, logBatch } from './mlflow-client.ts';
import { ServerError } from './server-error.ts';

/** One metric point, param or tag of a batch. */
export type Entity =
  | { readonly kind: 'metrics'; readonly entity: Batch['metrics'][number] }
  | { readonly kind: 'params'; readonly entity: Batch['params'][number] }
  | { readonly kind: 'tags'; readonly entity: Batch['tags'][number] };

/** Hears what a server refuses for what it is; it will not be sent again. */
export type OnRefused = (entity: Entity, reason: string) => Promise<void>;

/** Splits entities, in order, into as few batches as MLflow's limits allow. */
export function intoBatches(entities: readonly Entity[]): Entity[][] {
  const limits = { metrics: MAX_METRICS_PER_BATCH, params: MAX_PARAMS_PER_BATCH, tags: MAX_TAGS_PER_BATCH };
  const batches: Entity[][] = [];
  let room = { metrics: 0, params: 0, tags: 0, all: 0, bytes: 0 };
  for (const entity of entities) {
    // JSON of a point's names and numbers, with some room for separators.
    const bytes = Buffer.byteLength(JSON.stringify(entity.entity)) + 2;
    if (room.all === 0 || room[entity.kind] === 0 || room.bytes < bytes) {
      batches.push([]);
      room = { ...limits, all: MAX_ENTITIES_PER_BATCH, bytes: MAX_BATCH_BYTES };
    }
    batches[batches.length - 1].push(entity);
    room[entity.kind] -= 1;
    room.all -= 1;
    room.bytes -= bytes;
  }
  return batches;
}

/**
 * Sends a batch; where the server refuses it (400, 413), halves it until what is refused stands alone, so that one bad entry
 * holds up nothing else. Throws a ServerError on every other failure.
 */
export async function sendBatch(o: CallOptions, runId: string, entities: readonly Entity[], onRefused: OnRefused): Promise<void> {
  try {
    await logBatch(o, runId, toBatch(entities));
  } catch (error) {
    if (!(error instanceof ServerError) || (error.status !== 400 && error.status !== 413)) throw error;
    await requireActive(o, runId);
    if (entities.length === 1) {
      return onRefused(entities[0], error.message);
    }
    const half = entities.length >> 1;
    await sendBatch(o, runId, entities.slice(0, half), onRefused);
    await sendBatch(o, runId, entities.slice(half), onRefused);
  }
}

/** A deleted run refuses everything, which says nothing about a batch. */
async function requireActive(o: CallOptions, runId: string): Promise<void> {
  const run = await getRun(o, runId);
  if (run?.active === true) return;
  throw new ServerError(`run ${runId} is deleted on the server`, { status: 404, code: 'RUN_DELETED' });
}

function toBatch(entities: readonly Entity[]): Batch {
  const metrics: Batch['metrics'][number][] = [];
  const params = new Map<string, KeyValue>();
  const tags = new Map<string, KeyValue>();
  for (const e of entities) {
    if (e.kind === 'metrics') metrics.push(e.entity);
    // Of a tag set twice the later value counts, of a param the first; MLflow refuses a batch with the same param twice.
    else if (e.kind === 'tags') tags.set(e.entity.key, e.entity);
    else if (!params.has(e.entity.key)) params.set(e.entity.key, e.entity);
  }
  return { metrics, params: [...params.values()], tags: [...tags.values()] };
}
