import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Stream } from '../../random/stream.ts';
import { stream } from '../../random/stream.ts';
import type { Clock } from '../clock.ts';
import { MLRUNS, SPOOL } from '../create.ts';
import { nodeDisk } from '../disk.ts';
import { foldersIn, listExperiments } from '../filestore/experiment.ts';
import type { LocalRun } from '../filestore/local-run.ts';
import { listLocalRuns } from '../filestore/local-run.ts';
import type { OnProblem, Problems } from '../problems.ts';
import { onceEach, reasonOf } from '../problems.ts';
import { RUN_KEY_TAG } from '../records.ts';
import type { Env } from '../rest/address.ts';
import { parseAddress } from '../rest/address.ts';
import type { CallOptions } from '../rest/calls.ts';
import type { Http } from '../rest/http.ts';
import { nodeHttp } from '../rest/http.ts';
import { ensureServerExperiment, runsWithTag } from '../rest/mlflow-client.ts';
import type { RetryPolicy } from '../rest/retry.ts';
import { defaultRetry } from '../rest/retry.ts';
import { ServerError } from '../rest/server-error.ts';
import { journalOf } from '../spool/journal.ts';
import type { PushedRun } from './push-local-run.ts';
import { pushLocalRun } from './push-local-run.ts';
import type { PushedSpool } from './push-spools.ts';
import { pushSpools } from './push-spools.ts';

export interface PushOptions {
  readonly clock: Clock;
  readonly env?: Env;
  readonly onProblem: OnProblem;
  readonly random?: Stream;
  readonly http?: Http;
  readonly retry?: RetryPolicy;
  /** Hears of each run when the server has it. */
  readonly onRun?: (run: PushedRun) => void;
}

export interface PushResult {
  /** Runs of `mlruns` folders, parents before their children. */
  readonly runs: readonly PushedRun[];
  /** Runs that had been waiting for a server. */
  readonly spools: readonly PushedSpool[];
}

/**
 * Sends the runs of an output folder (or of an `mlruns` or `mlflow-spool` folder itself) to the MLflow server at `uri`, with
 * nesting, times, params, tags, whole metric histories, data sets and artifacts. Pushing again adds only what is new. Throws a
 * DiagnosticError where there is nothing to push or the server does not take it; then push again goes on.
 */
export async function pushRuns(dir: string, uri: string, options: PushOptions): Promise<PushResult> {
  const address = parseAddress(uri, options.env ?? {});
  const { mlruns, spool } = await findRuns(dir);
  const http = options.http ?? nodeHttp(60_000);
  const random = options.random ?? stream(0, 'tracking', 'push');
  const call: CallOptions = { address, http, clock: options.clock, random, retry: options.retry ?? defaultRetry };
  const problems = onceEach(options.onProblem);
  try {
    const runs = mlruns === undefined ? [] : await pushLocalRuns(call, mlruns, problems, options.onRun);
    const spools = spool === undefined ? [] : await pushSpools(call, spool, nodeDisk(), problems);
    return { runs, spools };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const hint = error.retryable ? 'push again when it answers: that goes on where this stopped' : undefined;
    const message = `the tracking server did not take the runs: ${reasonOf(error)}`;
    throw new DiagnosticError([{ code: 'tracking/push', severity: 'error', message, ...(hint === undefined ? {} : { hint }) }]);
  } finally {
    http.close();
  }
}

async function findRuns(dir: string): Promise<{ mlruns?: string; spool?: string }> {
  if (await isSpool(dir)) return { spool: dir };
  if ((await listExperiments(dir)).length > 0) return { mlruns: dir };
  const found = {
    ...((await listExperiments(join(dir, MLRUNS))).length > 0 ? { mlruns: join(dir, MLRUNS) } : {}),
    ...((await isSpool(join(dir, SPOOL))) ? { spool: join(dir, SPOOL) } : {}),
  };
  if (Object.keys(found).length > 0) return found;
  const message = `no runs in ${dir}: expected a folder with ${MLRUNS}/ or ${SPOOL}/ in it, or one of these`;
  throw new DiagnosticError([{ code: 'tracking/no-runs', severity: 'error', message, hint: 'push the folder that was given to run --out' }]);
}

async function isSpool(dir: string): Promise<boolean> {
  if (basename(dir) !== SPOOL) return false;
  const inside = (await foldersIn(dir)).map((name) => access(journalOf(join(dir, name))).then(() => true, () => false));
  return (await Promise.all(inside)).includes(true);
}

async function pushLocalRuns(o: CallOptions, root: string, problems: Problems, onRun?: (run: PushedRun) => void): Promise<PushedRun[]> {
  const experiments = new Map<string, string>();
  const onServer = new Map<string, string>();
  const pushed: PushedRun[] = [];
  for (const run of parentsFirst(await listLocalRuns(root))) {
    const experimentId = experiments.get(run.experiment) ?? (await ensureServerExperiment(o, run.experiment));
    experiments.set(run.experiment, experimentId);
    const parent = run.parent === undefined ? undefined : (onServer.get(run.parent) ?? (await parentElsewhere(o, experimentId, run.parent)));
    try {
      const done = await pushLocalRun(o, run, experimentId, parent, problems);
      onServer.set(run.id, done.serverId);
      pushed.push(done);
      onRun?.(done);
    } catch (error) {
      if (!(error instanceof ServerError) || error.code !== 'RUN_DELETED') throw error;
      problems.report(`deleted-${run.id}`, `${error.message}, and is left so; restore it there to push it`);
    }
  }
  return pushed;
}

/** A parent that was pushed from another folder. */
async function parentElsewhere(o: CallOptions, experimentId: string, parent: string): Promise<string | undefined> {
  if (!/^[\w-]+$/.test(parent)) return undefined;
  return (await runsWithTag(o, experimentId, RUN_KEY_TAG, parent)).find((run) => run.active)?.id;
}

/** Orders runs so that each comes after its parent; a parent that is not among them holds nothing up. */
export function parentsFirst<T extends Pick<LocalRun, 'id' | 'parent'>>(runs: readonly T[]): T[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const ordered = new Set<T>();
  const place = (run: T, above: ReadonlySet<T>): void => {
    const parent = run.parent === undefined ? undefined : byId.get(run.parent);
    if (parent !== undefined && !above.has(parent)) place(parent, new Set([...above, run]));
    ordered.add(run);
  };
  for (const run of runs) place(run, new Set());
  return [...ordered];
}
