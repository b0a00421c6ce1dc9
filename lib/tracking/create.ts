import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Stream } from '../random/stream.ts';
import { stream } from '../random/stream.ts';
import type { Clock } from './clock.ts';
import type { Disk } from './disk.ts';
import { nodeDisk } from './disk.ts';
import { FileTracker } from './filestore/file-tracker.ts';
import type { ArtifactUri } from './filestore/layout.ts';
import type { OnProblem } from './problems.ts';
import type { Env } from './rest/address.ts';
import { parseAddress } from './rest/address.ts';
import type { Http } from './rest/http.ts';
import { nodeHttp } from './rest/http.ts';
import type { RetryPolicy } from './rest/retry.ts';
import { defaultRetry } from './rest/retry.ts';
import { SpoolTracker } from './spool/spool-tracker.ts';
import type { Tracker } from './tracker.ts';

export interface TrackerOptions {
  /** `http(s)://…` for a server, `file:///…` or a path for an `mlruns` folder; undefined: MLFLOW_TRACKING_URI, else `<dir>/mlruns`. */
  readonly uri?: string;
  /** The study's output folder; a server's runs wait in `<dir>/mlflow-spool`. */
  readonly dir: string;
  readonly clock: Clock;
  /** Environment variables: MLFLOW_TRACKING_URI, _USERNAME, _PASSWORD and _TOKEN are read; none by default. */
  readonly env?: Env;
  readonly onProblem: OnProblem;
  /** Where the jitter of retries comes from. */
  readonly random?: Stream;
  readonly disk?: Disk;
  readonly http?: Http;
  readonly retry?: RetryPolicy;
  readonly artifactUri?: ArtifactUri;
  /** How long records may stay in memory, in milliseconds; 1000 by default. */
  readonly flushEveryMs?: number;
  /** How long the end of a run waits for a server that fails, in milliseconds; 30 000 by default. */
  readonly patienceMs?: number;
}

/** Metric points kept in memory while a disk takes none: about 20 MB. */
const MAX_PENDING = 200_000;

/** The folder of `dir` that local runs go to, and the one where runs wait for a server. */
export const MLRUNS = 'mlruns';
export const SPOOL = 'mlflow-spool';

/** The tracker for a tracking URI; throws a DiagnosticError on one that is neither a server's nor a folder's. */
export function createTracker(o: TrackerOptions): Tracker {
  const env = o.env ?? {};
  const uri = o.uri ?? (env['MLFLOW_TRACKING_URI'] || undefined);
  const shared = {
    clock: o.clock,
    disk: o.disk ?? nodeDisk(),
    onProblem: o.onProblem,
    flushEveryMs: o.flushEveryMs ?? 1000,
    maxPending: MAX_PENDING,
  };
  if (uri === undefined || !/^https?:/i.test(uri)) {
    return new FileTracker({ ...shared, root: folderOf(uri, o.dir), artifactUri: o.artifactUri ?? 'relocatable' });
  }
  return new SpoolTracker({
    ...shared,
    root: join(o.dir, SPOOL),
    address: parseAddress(uri, env),
    http: o.http ?? nodeHttp(60_000),
    random: o.random ?? stream(0, 'tracking', 'retry'),
    retry: o.retry ?? defaultRetry,
    patienceMs: o.patienceMs ?? 30_000,
  });
}

function folderOf(uri: string | undefined, dir: string): string {
  if (uri === undefined) return join(dir, MLRUNS);
  if (uri.startsWith('file:')) return fileURLToPath(uri);
  if (!/^[a-z][a-z0-9+.-]+:/i.test(uri) && uri !== 'databricks') return uri;
  const message = `tracking URI: expected http://HOST:PORT, https://…, file:///FOLDER or a folder, received "${uri}"`;
  const hint = 'for a database, start a server over it: mlflow server --backend-store-uri URI';
  throw new DiagnosticError([{ code: 'tracking/uri', severity: 'error', message, hint }]);
}
