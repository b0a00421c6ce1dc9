import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMeta } from '../flat-yaml.ts';
import { filesUnder } from '../handle.ts';
import type { Point } from '../records.ts';
import { PARENT_TAG, RUN_KEY_TAG } from '../records.ts';
import type { DatasetInput } from '../tracker.ts';
import { foldersIn, listExperiments } from './experiment.ts';
import { KeyedFiles } from './keyed-files.ts';
import type { RunStatus } from './layout.ts';
import { META, RESERVED, statusOf } from './layout.ts';
import { parseMetricLines } from './metric-lines.ts';

/** A run read back from an `mlruns` folder; metrics are read one key at a time. */
export interface LocalRun {
  readonly dir: string;
  readonly id: string;
  /** What servers know it by: its own id, or that of the run it is a copy of. */
  readonly key: string;
  readonly experiment: string;
  readonly name: string;
  readonly parent: string | undefined;
  readonly status: RunStatus;
  readonly startTime: number;
  readonly endTime: number | undefined;
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  readonly metrics: KeyedFiles;
}

/** The active runs of every active experiment, oldest first; a folder without `meta.yaml` is no run. */
export async function listLocalRuns(root: string): Promise<LocalRun[]> {
  const runs: LocalRun[] = [];
  for (const experiment of await listExperiments(root)) {
    if (!experiment.active) continue;
    for (const folder of await foldersIn(join(root, experiment.id))) {
      if (RESERVED.has(folder)) continue;
      const run = await readRun(join(root, experiment.id, folder), experiment.name);
      if (run !== undefined) runs.push(run);
    }
  }
  return runs.sort((a, b) => a.startTime - b.startTime || (a.id < b.id ? -1 : 1));
}

async function readRun(dir: string, experiment: string): Promise<LocalRun | undefined> {
  const text = await readFile(join(dir, META), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const meta = readMeta(text);
  if (meta['lifecycle_stage'] === 'deleted') return undefined;
  const id = String(meta['run_id'] ?? meta['run_uuid']);
  const tags = await readValues(join(dir, 'tags'));
  return {
    dir,
    id,
    key: tags.get(RUN_KEY_TAG) ?? id,
    experiment,
    name: String(meta['run_name'] ?? tags.get('mlflow.runName') ?? id),
    parent: tags.get(PARENT_TAG),
    status: statusOf(meta['status']),
    startTime: Number(meta['start_time'] ?? 0),
    endTime: typeof meta['end_time'] === 'number' ? meta['end_time'] : undefined,
    params: await readValues(join(dir, 'params')),
    tags,
    metrics: await KeyedFiles.open(join(dir, 'metrics')),
  };
}

/** Every point of a metric, in the order it was logged. */
export async function localHistory(run: LocalRun, key: string): Promise<Point[]> {
  return parseMetricLines(key, await readFile(join(run.dir, 'metrics', run.metrics.file(key)), 'utf8'));
}

/** `[file, path under the run's artifacts]` of every artifact. */
export function localArtifacts(run: LocalRun): Promise<[file: string, path: string][]> {
  return filesUnder(join(run.dir, 'artifacts'), '').catch(() => []);
}

/** The data sets a run used. */
export async function localDatasets(run: LocalRun): Promise<DatasetInput[]> {
  const datasets: DatasetInput[] = [];
  for (const input of await readdir(join(run.dir, 'inputs')).catch(() => [])) {
    const link = readMeta(await readFile(join(run.dir, 'inputs', input, META), 'utf8'));
    if (link['source_type'] !== 'DATASET') continue;
    const set = readMeta(await readFile(join(run.dir, '..', 'datasets', String(link['source_id']), META), 'utf8'));
    const context = (link['tags'] as Record<string, unknown> | null)?.['mlflow.data.context'];
    datasets.push({
      name: String(set['name']),
      digest: String(set['digest']),
      sourceType: String(set['source_type']),
      source: String(set['source']),
      ...(set['schema'] == null ? {} : { schema: String(set['schema']) }),
      ...(set['profile'] == null ? {} : { profile: String(set['profile']) }),
      ...(context === undefined ? {} : { context: String(context) }),
    });
  }
  return datasets;
}

async function readValues(folder: string): Promise<Map<string, string>> {
  const files = await KeyedFiles.open(folder);
  const values = new Map<string, string>();
  for (const key of files.keys()) values.set(key, await readFile(join(folder, files.file(key)), 'utf8'));
  return values;
}
