import { join } from 'node:path';
import { RUN_KEY_TAG } from '../records.ts';
import type { CallOptions } from '../rest/calls.ts';
import { getRun, runsWithTag } from '../rest/mlflow-client.ts';
import { withRetry } from '../rest/retry.ts';
import { ServerError } from '../rest/server-error.ts';
import { isRunId } from '../run-id.ts';
import { readSent } from './sent-state.ts';

/**
 * The server's id of the run that another is nested under: from the parent's own spool, else by its key, else the id itself
 * where the server knows it. Throws a retryable ServerError while the parent has not reached the server.
 */
export function parentOnServer(o: CallOptions, spoolRoot: string, server: string, experimentId: string, parent: string): Promise<string> {
  // The parent may be on its way: another sender, of this process or the next, is making it.
  return withRetry(() => lookUp(o, spoolRoot, server, experimentId, parent), o.retry, o.clock, o.random, o.signal);
}

async function lookUp(o: CallOptions, spoolRoot: string, server: string, experimentId: string, parent: string): Promise<string> {
  const known = isRunId(parent) ? (await readSent(join(spoolRoot, parent), server)).run?.id : undefined;
  if (known !== undefined) return known;
  if (isRunId(parent)) {
    const found = (await runsWithTag(o, experimentId, RUN_KEY_TAG, parent)).find((run) => run.active);
    if (found !== undefined) return found.id;
    if ((await getRun(o, parent)) !== undefined) return parent;
  }
  throw new ServerError(`the parent run ${parent} has not reached the server yet`, { status: 0, code: 'PARENT_PENDING' });
}
