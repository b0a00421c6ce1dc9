import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { LocalRun } from '../filestore/local-run.ts';
import { localArtifacts, localDatasets, localHistory } from '../filestore/local-run.ts';
import { decodeName, encodeArtifactPath } from '../names.ts';
import type { Problems } from '../problems.ts';
import type { WireValue } from '../records.ts';
import { PARENT_TAG, RUN_KEY_TAG } from '../records.ts';
import { sendArtifact } from '../rest/artifacts.ts';
import type { Entity } from '../rest/batches.ts';
import { intoBatches, sendBatch } from '../rest/batches.ts';
import type { CallOptions } from '../rest/calls.ts';
import { findOrCreateRun } from '../rest/find-or-create.ts';
import type { ServerRun } from '../rest/mlflow-client.ts';
import { logInputs, metricHistory, setTag, updateRun } from '../rest/mlflow-client.ts';

/** Tells which files a server has: a digest of their names and contents. */
const ARTIFACTS_TAG = 'swapgraph.artifacts';

/** What one run's push added to the server. */
export interface PushedRun {
  readonly id: string;
  readonly name: string;
  readonly serverId: string;
  readonly created: boolean;
  readonly points: number;
  readonly params: number;
  readonly tags: number;
  readonly artifacts: number;
}

/** Brings a server's copy of a run up to the local one: adds what is missing, and nothing twice. */
export async function pushLocalRun(o: CallOptions, run: LocalRun, experimentId: string, parent: string | undefined, problems: Problems): Promise<PushedRun> {
  const parentTag = parent === undefined ? [] : [{ key: PARENT_TAG, value: parent }];
  const wanted = { key: run.key, experimentId, name: run.name, startTime: run.startTime, tags: parentTag };
  const { run: there, created } = await findOrCreateRun(o, wanted);
  const params = missingParams(run, there, problems);
  const tags = changedTags(run, there, parent);
  const points = await missingPoints(o, run, there, created);
  for (const batch of intoBatches([...params, ...tags, ...points])) {
    await sendBatch(o, there.id, batch, async ({ entity }, reason) => {
      problems.report('refused', `the tracking server refused "${entity.key}" of run ${run.name}: ${reason}`);
    });
  }
  for (const dataset of await localDatasets(run)) await logInputs(o, there.id, dataset);
  const artifacts = await pushArtifacts(o, run, there);
  await pushStatus(o, run, there);
  return { id: run.id, name: run.name, serverId: there.id, created, points: points.length, params: params.length, tags: tags.length, artifacts };
}

function missingParams(run: LocalRun, there: ServerRun, problems: Problems): Entity[] {
  return [...run.params].flatMap(([key, value]): Entity[] => {
    const known = there.params.get(key);
    if (known !== undefined && known !== value) problems.report('param-changed', `param "${key}" of run ${run.name} is "${known}" on the server and "${value}" here; MLflow keeps the first`);
    return known === undefined ? [{ kind: 'params', entity: { key, value } }] : [];
  });
}

function changedTags(run: LocalRun, there: ServerRun, parent: string | undefined): Entity[] {
  return [...run.tags].flatMap(([key, own]): Entity[] => {
    const value = key === PARENT_TAG ? (parent ?? own) : key === RUN_KEY_TAG ? run.key : own;
    return there.tags.get(key) === value ? [] : [{ kind: 'tags', entity: { key, value } }];
  });
}

async function missingPoints(o: CallOptions, run: LocalRun, there: ServerRun, created: boolean): Promise<Entity[]> {
  const missing: Entity[] = [];
  const known = new Set(there.metricKeys);
  for (const key of run.metrics.keys()) {
    const history = created || !known.has(key) ? [] : await metricHistory(o, there.id, key);
    const have = new Set(history.map((p) => identity(p.timestamp, p.step, p.value)));
    for (const [, value, timestamp, step] of await localHistory(run, key)) {
      if (!have.has(identity(timestamp, step, value))) missing.push({ kind: 'metrics', entity: { key, value, timestamp, step } });
    }
  }
  return missing;
}

/** MLflow's databases keep an infinite value as the largest finite one. */
function identity(timestamp: number, step: number, value: WireValue): string {
  const kept = value === 'Infinity' ? Number.MAX_VALUE : value === '-Infinity' ? -Number.MAX_VALUE : value;
  return `${timestamp} ${step} ${kept}`;
}

async function pushArtifacts(o: CallOptions, run: LocalRun, there: ServerRun): Promise<number> {
  const files = await localArtifacts(run);
  if (files.length === 0) return 0;
  const digest = createHash('sha256');
  for (const [file, path] of files) {
    digest.update(JSON.stringify(path));
    for await (const chunk of createReadStream(file)) digest.update(chunk as Buffer);
  }
  const value = digest.digest('hex');
  if (there.tags.get(ARTIFACTS_TAG) === value) return 0;
  // Our own files have their names escaped already, MLflow's have not.
  for (const [file, path] of files) await sendArtifact(o, there.artifactUri, encodeArtifactPath(decodeName(path)), file);
  await setTag(o, there.id, { key: ARTIFACTS_TAG, value });
  return files.length;
}

async function pushStatus(o: CallOptions, run: LocalRun, there: ServerRun): Promise<void> {
  if (there.status === run.status && (run.endTime === undefined || there.endTime === run.endTime)) return;
  if (run.status === 'SCHEDULED') return;
  await updateRun(o, there.id, run.status, run.endTime);
}
