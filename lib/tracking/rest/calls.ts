import type { Stream } from '../../random/stream.ts';
import type { Clock } from '../clock.ts';
import { reasonOf } from '../problems.ts';
import type { Address } from './address.ts';
import type { Http, HttpRequest, HttpResponse } from './http.ts';
import type { RetryPolicy } from './retry.ts';
import { withRetry } from './retry.ts';
import { retryAfter, ServerError } from './server-error.ts';

export interface CallOptions {
  readonly address: Address;
  readonly http: Http;
  readonly clock: Clock;
  /** Where the jitter of retries comes from. */
  readonly random: Stream;
  readonly retry: RetryPolicy;
  /** When it aborts, a call is not tried again and waits are cut short. */
  readonly signal?: AbortSignal;
}

export type Json = Readonly<Record<string, unknown>>;

/** One endpoint under `/api/2.0/mlflow/`, tried again on failures that pass; throws a ServerError. */
export function call(o: CallOptions, method: 'GET' | 'POST', endpoint: string, body: Json): Promise<Json> {
  const query = method === 'GET' ? `?${new URLSearchParams(Object.entries(body).map(([k, v]): [string, string] => [k, String(v)])).toString()}` : '';
  const url = new URL(`${o.address.base.href.replace(/\/$/, '')}/api/2.0/mlflow/${endpoint}${query}`);
  const headers = { ...headersOf(o), 'content-type': 'application/json' };
  const request: HttpRequest = { method, url, headers, ...(method === 'POST' ? { body: JSON.stringify(body) } : {}) };
  return withRetry(async () => json(await exchange(o, request)), o.retry, o.clock, o.random, o.signal);
}

/** Streams a file to a path of the artifact proxy, `EXPERIMENT/RUN/artifacts/…`. */
export function putArtifact(o: CallOptions, path: string, file: string): Promise<void> {
  const segments = path.split('/').map(encodeURIComponent).join('/');
  const url = new URL(`${o.address.base.href.replace(/\/$/, '')}/api/2.0/mlflow-artifacts/artifacts/${segments}`);
  const request: HttpRequest = { method: 'PUT', url, headers: { ...headersOf(o), 'content-type': 'application/octet-stream' }, body: { file } };
  return withRetry(async () => void (await exchange(o, request)), o.retry, o.clock, o.random, o.signal);
}

function headersOf(o: CallOptions): Record<string, string> {
  return o.address.authorization === undefined ? {} : { authorization: o.address.authorization };
}

async function exchange(o: CallOptions, request: HttpRequest): Promise<HttpResponse> {
  const where = `${request.method} ${request.url.host}${request.url.pathname}`;
  const response = await o.http.send(request).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === 'ENOENT') throw error;
    throw new ServerError(`${where}: ${reasonOf(error)}`, { status: 0 });
  });
  const { status } = response;
  if (status >= 200 && status < 300) return response;
  const { code, message } = explain(response);
  const retryAfterMs = retryAfter(response.headers['retry-after'], o.clock.now());
  throw new ServerError(`${where}: ${status} ${code} ${message}`.trim(), { status, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/** A success that is not JSON comes from something in between, not from MLflow: as if no answer had come. */
function json(response: HttpResponse): Json {
  try {
    const value: unknown = JSON.parse(response.text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Json;
  } catch {
    // Falls through to the one error below.
  }
  throw new ServerError(`expected JSON from the tracking server, received "${response.text.slice(0, 80)}"`, { status: 0 });
}

function explain(response: HttpResponse): { code: string; message: string } {
  if (response.status === 401) return { code: 'UNAUTHENTICATED', message: 'set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN' };
  if (response.status >= 300 && response.status < 400) return { code: 'REDIRECT', message: `to ${String(response.headers['location'])}: use that address` };
  try {
    const { error_code: code, message } = JSON.parse(response.text) as Record<string, unknown>;
    return { code: String(code ?? ''), message: String(message ?? '').slice(0, 500) };
  } catch {
    return { code: '', message: response.text.slice(0, 200) };
  }
}
