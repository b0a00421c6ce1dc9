import { RUN_KEY_TAG, RUN_NAME_TAG } from '../records.ts';
import type { CallOptions } from './calls.ts';
import type { KeyValue, ServerRun } from './mlflow-client.ts';
import { createRun, runsWithTag } from './mlflow-client.ts';
import { withRetry } from './retry.ts';
import { ServerError } from './server-error.ts';

export interface WantedRun {
  /** What the run is known by on every server: the local run's id. */
  readonly key: string;
  readonly experimentId: string;
  readonly name: string;
  readonly startTime: number;
  readonly tags: readonly KeyValue[];
}

/**
 * The server's run for a local one, made where it is missing. MLflow has no key that makes creation safe to repeat, so each try
 * looks first whether an earlier one, whose answer was lost, has made it. Throws a ServerError, `RUN_DELETED` where the run was
 * deleted on the server.
 */
export function findOrCreateRun(o: CallOptions, wanted: WantedRun): Promise<{ run: ServerRun; created: boolean }> {
  const once: CallOptions = { ...o, retry: { ...o.retry, attempts: 1 } };
  const attempt = async (): Promise<{ run: ServerRun; created: boolean }> => {
    const found = await runsWithTag(o, wanted.experimentId, RUN_KEY_TAG, wanted.key);
    const active = found.find((run) => run.active);
    if (active !== undefined) return { run: active, created: false };
    if (found.length > 0) throw new ServerError(`run "${wanted.name}" (${found[0].id}) is deleted on the server`, { status: 404, code: 'RUN_DELETED' });
    const reserved = new Set([RUN_KEY_TAG, RUN_NAME_TAG]);
    const tags = [{ key: RUN_KEY_TAG, value: wanted.key }, ...wanted.tags.filter((tag) => !reserved.has(tag.key))];
    return { run: await createRun(once, { ...wanted, tags }), created: true };
  };
  return withRetry(attempt, o.retry, o.clock, o.random, o.signal);
}
