import { readdir, stat } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import type { Problems } from './problems.ts';
import { reasonOf } from './problems.ts';
import type { TrackRecord } from './records.ts';
import { fitDataset, fitParams, fitPoints, fitTags } from './fit.ts';
import { encodeArtifactPath } from './names.ts';
import type { Seen } from './seen.ts';
import type { DatasetInput, EndStatus, MetricPoint, ParamValue, RunHandle } from './tracker.ts';

/** Where a run's records go: a folder or a spool. Neither method throws. */
export interface Sink {
  add(records: readonly TrackRecord[]): void;
  /** Copies one file; `path` is already fit for MLflow. */
  addArtifact(file: string, path: string): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** The handle training holds: fits names and values to MLflow, drops repeats, and lets no error through. */
export function createHandle(id: string, sink: Sink, seen: Seen, problems: Problems): RunHandle {
  let ended = false;
  let artifacts: Promise<void> = Promise.resolve();
  const guarded = (what: string, make: () => readonly TrackRecord[]): void => {
    try {
      if (ended) throw new Error('the run has ended');
      const records = make();
      if (records.length > 0) sink.add(records);
    } catch (error) {
      problems.report('log', `${what} could not be logged: ${reasonOf(error)}`);
    }
  };
  return {
    id,
    logMetrics: (points: readonly MetricPoint[]) => guarded('metrics', () => fitPoints(points, seen, problems)),
    logParams: (params: Readonly<Record<string, ParamValue>>) => guarded('params', () => fitParams(params, seen, problems)),
    setTags: (tags: Readonly<Record<string, string>>) => guarded('tags', () => fitTags(tags, problems)),
    logInputs: (dataset: DatasetInput) => guarded('a data set', () => fitDataset(dataset, problems)),
    logArtifact: (path, artifactDir = '') => (artifacts = artifacts.then(() => logArtifact(sink, problems, path, artifactDir))),
    flush: () => artifacts.then(() => sink.flush()),
    end: async (status: EndStatus, endTime: number) => {
      await artifacts;
      guarded('the end', () => [{ k: 'end', status, endTime: Math.round(endTime) }]);
      ended = true;
      await sink.close();
    },
  };
}

async function logArtifact(sink: Sink, problems: Problems, path: string, artifactDir: string): Promise<void> {
  try {
    for (const [file, name] of await filesUnder(path, posix.join(artifactDir, basename(path)))) {
      await sink.addArtifact(file, encodeArtifactPath(name));
    }
  } catch (error) {
    problems.report('artifact', `the artifact ${path} could not be read: ${reasonOf(error)}`);
  }
}

/** `[file on disk, name]` for a file, or for every file of a folder, in name order. */
export async function filesUnder(path: string, name: string): Promise<[file: string, name: string][]> {
  if (!(await stat(path)).isDirectory()) return [[path, name]];
  const files: [string, string][] = [];
  for (const entry of (await readdir(path)).sort()) {
    files.push(...(await filesUnder(join(path, entry), name === '' ? entry : `${name}/${entry}`)));
  }
  return files;
}
