import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cutValue, MAX_RUN_NAME_LENGTH } from '../limits.ts';
import type { Meta } from '../flat-yaml.ts';
import type { StartRecord } from '../records.ts';
import type { EndStatus } from '../tracker.ts';

/** The names of MLflow's `FileStore` (`mlflow/store/tracking/file_store.py`). */
export const META = 'meta.yaml';
export const TRASH = '.trash';

/** Folders of an experiment that are no runs. */
export const RESERVED = new Set(['tags', 'datasets', 'traces', 'models']);

const STATUS = { RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 } as const;
export type RunStatus = keyof typeof STATUS;

/**
 * How `artifact_uri` is written: `relocatable` (`mlflow-artifacts:/EXPERIMENT/RUN/artifacts`, read through `mlflow ui
 * --artifacts-destination <mlruns>` wherever the folder is moved) or `absolute` (`file:///…`, read by Python on this machine).
 */
export type ArtifactUri = 'relocatable' | 'absolute';

export interface RunFolder {
  readonly root: string;
  readonly experimentId: string;
  readonly id: string;
}

export const runDir = (run: RunFolder): string => join(run.root, run.experimentId, run.id);

export function artifactUriOf(root: string, uri: ArtifactUri, ...parts: readonly string[]): string {
  if (uri === 'absolute') return pathToFileURL(join(resolve(root), ...parts)).href;
  return `mlflow-artifacts:/${parts.join('/')}`;
}

/** The `meta.yaml` of a run. */
export function runMeta(run: RunFolder, start: StartRecord, uri: ArtifactUri, status: EndStatus | 'RUNNING', endTime: number | null): Meta {
  return {
    artifact_uri: artifactUriOf(run.root, uri, run.experimentId, run.id, 'artifacts'),
    deleted_time: null,
    end_time: endTime,
    entry_point_name: '',
    experiment_id: run.experimentId,
    lifecycle_stage: 'active',
    run_id: run.id,
    run_name: cutValue(start.name, MAX_RUN_NAME_LENGTH).value,
    source_name: '',
    source_type: 4,
    source_version: '',
    start_time: start.startTime,
    status: STATUS[status],
    tags: [],
    user_id: '',
  };
}

/** The status MLflow's number in `meta.yaml` stands for. */
export function statusOf(code: unknown): RunStatus {
  const names = Object.keys(STATUS) as RunStatus[];
  return names.find((name) => STATUS[name] === code || name === code) ?? 'RUNNING';
}

export const md5 = (...parts: readonly string[]): string => createHash('md5').update(parts.join('')).digest('hex');
