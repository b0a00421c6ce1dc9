import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Disk } from '../disk.ts';
import { writeMeta } from '../flat-yaml.ts';
import type { Sink } from '../handle.ts';
import { PendingRecords } from '../pending.ts';
import type { Problems } from '../problems.ts';
import { reportDisk } from '../problems.ts';
import type { StartRecord, TrackRecord } from '../records.ts';
import type { WriteBehind } from '../write-behind.ts';
import { writeBehind } from '../write-behind.ts';
import { writeDataset } from './datasets.ts';
import { KeyedFiles } from './keyed-files.ts';
import type { ArtifactUri, RunFolder } from './layout.ts';
import { runDir, runMeta } from './layout.ts';
import { metricLine } from './metric-lines.ts';

export interface FileSinkOptions {
  readonly root: string;
  readonly start: StartRecord;
  /** Finds or makes the experiment, giving its id; asked again for as long as the folder cannot be written. */
  readonly experimentId: () => Promise<string>;
  readonly artifactUri: ArtifactUri;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly problems: Problems;
  readonly flushEveryMs: number;
  /** Points kept in memory while the disk takes none; later ones are counted and dropped. */
  readonly maxPending: number;
}

/** A run's folder with the files that hold its keys. */
interface OpenRun extends RunFolder {
  readonly dir: string;
  readonly files: Readonly<Record<'metrics' | 'params' | 'tags', KeyedFiles>>;
}

/** Writes a run's records into its folder of an `mlruns` tree. */
export class FileSink implements Sink {
  readonly #o: FileSinkOptions;
  readonly #writer: WriteBehind;
  readonly #pending: PendingRecords;
  #run: OpenRun | undefined;

  constructor(options: FileSinkOptions) {
    this.#o = options;
    this.#pending = new PendingRecords(options.maxPending);
    this.#writer = writeBehind(options.clock, options.flushEveryMs, (durable) => this.#drain(durable));
  }

  add(records: readonly TrackRecord[]): void {
    this.#pending.add(records);
    this.#writer.nudge();
  }

  async addArtifact(file: string, path: string): Promise<void> {
    if (this.#run === undefined) await this.flush();
    if (this.#run === undefined) return;
    const { dir } = this.#run;
    try {
      await this.#o.disk.copy(file, join(dir, 'artifacts', ...path.split('/')), dir);
    } catch (error) {
      reportDisk(this.#o.problems, error, `the artifact ${path} was not stored`);
    }
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  async close(): Promise<void> {
    await this.#writer.flush();
    this.#writer.stop();
  }

  /** Writes all that is pending; what could not be written stays pending for the next time. */
  async #drain(durable: boolean): Promise<void> {
    const failed: TrackRecord[] = [];
    const run = this.#run ?? (await this.#attempt(() => this.#begin()));
    if (run === undefined) return;
    this.#run = run;
    const records = this.#pending.take();
    const points = new Map<string, string[]>();
    for (const record of records) {
      if (record.k === 'metrics') {
        for (const point of record.points) (points.get(point[0]) ?? addTo(points, point[0])).push(metricLine(point));
      } else if ((await this.#attempt(() => this.#write(run, record))) === undefined) failed.push(record);
    }
    const failedKeys = new Set<string>();
    for (const [key, lines] of points) {
      if ((await this.#attempt(() => this.#append(run, key, lines.join(''), durable))) === undefined) failedKeys.add(key);
    }
    const kept = [...failed, ...pointsOf(records, failedKeys)];
    this.#pending.giveBack(kept);
    if (kept.length === 0) this.#pending.reportDropped(this.#o.problems, this.#o.root);
  }

  async #attempt<T>(write: () => Promise<T>): Promise<T | undefined> {
    try {
      return await write();
    } catch (error) {
      reportDisk(this.#o.problems, error, 'what is logged is kept in memory until it can be written');
      return undefined;
    }
  }

  async #write(run: OpenRun, record: Exclude<TrackRecord, { k: 'metrics' }>): Promise<true> {
    const { disk } = this.#o;
    const { dir, files } = run;
    if (record.k === 'param') await disk.replace(join(dir, 'params', files.params.file(record.key)), record.value, dir);
    if (record.k === 'tag') await disk.replace(join(dir, 'tags', files.tags.file(record.key)), record.value, dir);
    if (record.k === 'dataset') await writeDataset(run, record.dataset, disk);
    if (record.k === 'end') await this.#writeMeta(run, record.status, record.endTime);
    return true;
  }

  /** The folders come first and `meta.yaml` last: MLflow takes a folder without it for no run at all. */
  async #begin(): Promise<OpenRun> {
    const { root, start, disk } = this.#o;
    const run = { root, id: start.id, experimentId: await this.#o.experimentId() };
    const dir = runDir(run);
    for (const folder of ['metrics', 'params', 'tags', 'artifacts']) await disk.mkdir(join(dir, folder));
    await this.#writeMeta(run, 'RUNNING', null);
    const [metrics, params, tags] = await Promise.all(['metrics', 'params', 'tags'].map((f) => KeyedFiles.open(join(dir, f))));
    return { ...run, dir, files: { metrics, params, tags } };
  }

  async #writeMeta(run: RunFolder, status: Parameters<typeof runMeta>[3], endTime: number | null): Promise<void> {
    const { disk, start, artifactUri } = this.#o;
    await disk.replace(join(runDir(run), 'meta.yaml'), writeMeta(runMeta(run, start, artifactUri, status, endTime)), runDir(run));
  }

  /** A new metric file appears with its first lines in it: MLflow cannot read an empty one. */
  async #append({ dir, files }: OpenRun, key: string, lines: string, durable: boolean): Promise<true> {
    const fresh = !files.metrics.has(key);
    const path = join(dir, 'metrics', files.metrics.file(key));
    try {
      if (fresh) await this.#o.disk.replace(path, lines, dir);
      else await this.#o.disk.append(path, lines, durable);
    } catch (error) {
      if (fresh) files.metrics.forget(key);
      throw error;
    }
    return true;
  }
}

function addTo(points: Map<string, string[]>, key: string): string[] {
  const lines: string[] = [];
  points.set(key, lines);
  return lines;
}

function pointsOf(records: readonly TrackRecord[], keys: ReadonlySet<string>): TrackRecord[] {
  return records.flatMap((record): TrackRecord[] => {
    if (record.k !== 'metrics') return [];
    const points = record.points.filter(([key]) => keys.has(key));
    return points.length === 0 ? [] : [{ k: 'metrics', points }];
  });
}
