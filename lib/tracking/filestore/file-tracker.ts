import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Disk } from '../disk.ts';
import { createHandle } from '../handle.ts';
import type { OnProblem, Problems } from '../problems.ts';
import { onceEach, reasonOf } from '../problems.ts';
import type { StartRecord } from '../records.ts';
import { runId } from '../run-id.ts';
import { Seen } from '../seen.ts';
import { startTags } from '../start-tags.ts';
import type { RunHandle, RunStart, Tracker } from '../tracker.ts';
import { ensureExperiment, foldersIn } from './experiment.ts';
import { FileSink } from './file-sink.ts';
import type { ArtifactUri } from './layout.ts';
import { META } from './layout.ts';
import { reopenRun } from './reopen.ts';

export interface FileTrackerOptions {
  /** The `mlruns` folder. */
  readonly root: string;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly onProblem: OnProblem;
  readonly artifactUri: ArtifactUri;
  readonly flushEveryMs: number;
  readonly maxPending: number;
}

/** Records runs in an `mlruns` folder, as MLflow 3.17's file store does (`mlflow/store/tracking/file_store.py`). */
export class FileTracker implements Tracker {
  readonly kind = 'file';
  readonly #o: FileTrackerOptions;
  readonly #problems: Problems;
  readonly #open = new Set<FileSink>();

  constructor(options: FileTrackerOptions) {
    this.#o = options;
    this.#problems = onceEach(options.onProblem);
  }

  async startRun(start: RunStart): Promise<RunHandle> {
    let attempt = 0;
    while ((await this.#find(runId(this.#o.root, start, attempt))) !== undefined) attempt++;
    return this.#handle(runId(this.#o.root, start, attempt), start, new Seen());
  }

  async resumeRun(id: string, step: number, start: RunStart): Promise<RunHandle> {
    const dir = await this.#find(id);
    if (dir === undefined) {
      this.#problems.report('run-gone', `run ${id} is not in ${this.#o.root}; it is recorded anew from step ${step}`);
      return this.#handle(id, start, new Seen());
    }
    try {
      return await this.#handle(id, start, await reopenRun(dir, step, this.#o.disk));
    } catch (error) {
      this.#problems.report('reopen', `run ${id} could not be taken back to step ${step}: ${reasonOf(error)}; points may be there twice`);
      return this.#handle(id, start, new Seen());
    }
  }

  async close(): Promise<void> {
    for (const sink of this.#open) await sink.close();
    this.#open.clear();
  }

  async #handle(id: string, start: RunStart, seen: Seen): Promise<RunHandle> {
    const { root, clock, disk, artifactUri, flushEveryMs, maxPending } = this.#o;
    const problems = this.#problems;
    const { experiment, name, parent, startTime } = start;
    const record: StartRecord = { k: 'start', id, experiment, name, startTime, ...(parent === undefined ? {} : { parent }) };
    const experimentId = (): Promise<string> => ensureExperiment(root, experiment, clock.now(), artifactUri, disk);
    const sink = new FileSink({ root, start: record, experimentId, artifactUri, clock, disk, problems, flushEveryMs, maxPending });
    this.#open.add(sink);
    const handle = createHandle(id, sink, seen, problems);
    handle.setTags(startTags(id, start));
    handle.logParams(start.params);
    await handle.flush();
    return { ...handle, end: (status, endTime) => handle.end(status, endTime).finally(() => this.#open.delete(sink)) };
  }

  async #find(id: string): Promise<string | undefined> {
    for (const experiment of await foldersIn(this.#o.root).catch(() => [])) {
      const dir = join(this.#o.root, experiment, id);
      if (await access(join(dir, META)).then(() => true, () => false)) return dir;
    }
    return undefined;
  }
}
