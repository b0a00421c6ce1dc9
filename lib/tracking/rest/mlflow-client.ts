import type { WireValue } from '../records.ts';
import type { DatasetInput, EndStatus } from '../tracker.ts';
import type { CallOptions, Json } from './calls.ts';
import { call } from './calls.ts';
import { ServerError } from './server-error.ts';

export interface ServerExperiment {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
}

export interface ServerRun {
  readonly id: string;
  readonly experimentId: string;
  readonly artifactUri: string;
  readonly active: boolean;
  readonly status: string;
  readonly endTime: number | undefined;
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  /** The newest value of each metric. */
  readonly metricKeys: readonly string[];
}

export interface ServerPoint {
  readonly value: WireValue;
  readonly timestamp: number;
  readonly step: number;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface Batch {
  readonly metrics: readonly (ServerPoint & { readonly key: string })[];
  readonly params: readonly KeyValue[];
  readonly tags: readonly KeyValue[];
}

/** The id of the experiment called `name`, made where it is missing; another client may make it at the same moment. */
export async function ensureServerExperiment(o: CallOptions, name: string): Promise<string> {
  const found = await experimentByName(o, name);
  const experiment = found ?? (await createExperiment(o, name)) ?? (await experimentByName(o, name));
  if (experiment === undefined) throw new ServerError(`experiment "${name}" can neither be made nor found`, { status: 0 });
  if (experiment.active) return experiment.id;
  const message = `experiment "${name}" is deleted on the server: restore it there, or choose another name`;
  throw new ServerError(message, { status: 400, code: 'EXPERIMENT_DELETED' });
}

export async function experimentByName(o: CallOptions, name: string): Promise<ServerExperiment | undefined> {
  const answer = await orMissing(call(o, 'GET', 'experiments/get-by-name', { experiment_name: name }));
  if (answer === undefined) return undefined;
  const experiment = answer['experiment'] as Json;
  return { id: String(experiment['experiment_id']), name, active: experiment['lifecycle_stage'] === 'active' };
}

/** All active experiments whose name passes MLflow's filter, such as `name LIKE 'abl%'`. */
export async function searchExperiments(o: CallOptions, filter: string): Promise<ServerExperiment[]> {
  const pages = await allPages(o, 'POST', 'experiments/search', { filter, max_results: 1000 });
  return pages.flatMap((page) => (page['experiments'] as Json[] | undefined) ?? []).map((experiment) => ({
    id: String(experiment['experiment_id']),
    name: String(experiment['name']),
    active: experiment['lifecycle_stage'] === 'active',
  }));
}

async function createExperiment(o: CallOptions, name: string): Promise<ServerExperiment | undefined> {
  try {
    const answer = await call(o, 'POST', 'experiments/create', { name });
    return { id: String(answer['experiment_id']), name, active: true };
  } catch (error) {
    if (error instanceof ServerError && error.code === 'RESOURCE_ALREADY_EXISTS') return undefined;
    throw error;
  }
}

export async function createRun(o: CallOptions, run: { experimentId: string; name: string; startTime: number; tags: readonly KeyValue[] }): Promise<ServerRun> {
  const body = { experiment_id: run.experimentId, run_name: run.name, start_time: run.startTime, tags: run.tags };
  return readRun((await call(o, 'POST', 'runs/create', body))['run']);
}

/** Undefined where there is no such run. */
export async function getRun(o: CallOptions, id: string): Promise<ServerRun | undefined> {
  const answer = await orMissing(call(o, 'GET', 'runs/get', { run_id: id }));
  return answer === undefined ? undefined : readRun(answer['run']);
}

/** The runs of an experiment that have the tag, deleted ones included; `value` must hold no quote. */
export async function runsWithTag(o: CallOptions, experimentId: string, key: string, value: string): Promise<ServerRun[]> {
  const filter = `tags.\`${key}\` = '${value}'`;
  const pages = await allPages(o, 'POST', 'runs/search', { experiment_ids: [experimentId], filter, run_view_type: 'ALL', max_results: 100 });
  return pages.flatMap((page) => (page['runs'] as unknown[] | undefined) ?? []).map(readRun);
}

export async function updateRun(o: CallOptions, id: string, status: EndStatus | 'RUNNING', endTime?: number): Promise<void> {
  await call(o, 'POST', 'runs/update', { run_id: id, status, ...(endTime === undefined ? {} : { end_time: endTime }) });
}

export async function setTag(o: CallOptions, runId: string, tag: KeyValue): Promise<void> {
  await call(o, 'POST', 'runs/set-tag', { run_id: runId, key: tag.key, value: tag.value });
}

/** Marks a run as deleted; the server keeps it until it is collected. */
export async function deleteRun(o: CallOptions, id: string): Promise<void> {
  await call(o, 'POST', 'runs/delete', { run_id: id });
}

/** One batch within the limits of `limits.ts`. */
export async function logBatch(o: CallOptions, runId: string, batch: Batch): Promise<void> {
  await call(o, 'POST', 'runs/log-batch', { run_id: runId, ...batch });
}

/** Every point of a metric, oldest step first. */
export async function metricHistory(o: CallOptions, runId: string, key: string): Promise<ServerPoint[]> {
  const pages = await allPages(o, 'GET', 'metrics/get-history', { run_id: runId, metric_key: key, max_results: 10_000 });
  const metrics = pages.flatMap((page) => (page['metrics'] as Json[] | undefined) ?? []);
  return metrics.map((m) => ({ value: m['value'] as WireValue, timestamp: Number(m['timestamp']), step: Number(m['step'] ?? 0) }));
}

/** Notes that a run used a data set; the same one again changes nothing. */
export async function logInputs(o: CallOptions, runId: string, dataset: DatasetInput): Promise<void> {
  const { name, digest, sourceType, source, schema, profile, context } = dataset;
  const tags = context === undefined ? [] : [{ key: 'mlflow.data.context', value: context }];
  const sent = { name, digest, source_type: sourceType, source, ...(schema === undefined ? {} : { schema }), ...(profile === undefined ? {} : { profile }) };
  await call(o, 'POST', 'runs/log-inputs', { run_id: runId, datasets: [{ tags, dataset: sent }] });
}

function readRun(value: unknown): ServerRun {
  const { info, data } = value as { info: Json; data?: Json };
  const pairs = (list: unknown): [string, string][] => ((list as Json[] | undefined) ?? []).map((e) => [String(e['key']), String(e['value'] ?? '')]);
  return {
    id: String(info['run_id']),
    experimentId: String(info['experiment_id']),
    artifactUri: String(info['artifact_uri'] ?? ''),
    active: info['lifecycle_stage'] !== 'deleted',
    status: String(info['status']),
    endTime: info['end_time'] === undefined ? undefined : Number(info['end_time']),
    params: new Map(pairs(data?.['params'])),
    tags: new Map(pairs(data?.['tags'])),
    metricKeys: pairs(data?.['metrics']).map(([key]) => key),
  };
}

async function allPages(o: CallOptions, method: 'GET' | 'POST', endpoint: string, body: Json): Promise<Json[]> {
  const pages: Json[] = [];
  for (let token = ''; ; ) {
    const page = await call(o, method, endpoint, token === '' ? body : { ...body, page_token: token });
    pages.push(page);
    const next = String(page['next_page_token'] ?? '');
    if (next === '' || next === token) return pages;
    token = next;
  }
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServerError && (error.status === 404 || error.code === 'RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}
