import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Stream } from '../../random/stream.ts';
import type { Clock } from '../clock.ts';
import type { Disk } from '../disk.ts';
import { createHandle } from '../handle.ts';
import type { OnProblem, Problems } from '../problems.ts';
import { onceEach, reasonOf } from '../problems.ts';
import type { TrackRecord } from '../records.ts';
import type { Address } from '../rest/address.ts';
import type { Http } from '../rest/http.ts';
import type { RetryPolicy } from '../rest/retry.ts';
import { runId } from '../run-id.ts';
import { Seen } from '../seen.ts';
import { startTags } from '../start-tags.ts';
import type { RunHandle, RunStart, Tracker } from '../tracker.ts';
import { journalOf } from './journal.ts';
import { takeLock } from './lock.ts';
import { reopenSpool } from './reopen.ts';
import { SpoolSink } from './spool-sink.ts';

export interface SpoolTrackerOptions {
  /** The folder that holds one folder for each run. */
  readonly root: string;
  readonly address: Address;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Stream;
  readonly disk: Disk;
  readonly retry: RetryPolicy;
  readonly onProblem: OnProblem;
  readonly flushEveryMs: number;
  readonly maxPending: number;
  readonly patienceMs: number;
}

/** Records runs on an MLflow server by way of a journal on disk, so that nothing is lost while the server is away. */
export class SpoolTracker implements Tracker {
  readonly kind = 'server';
  readonly #o: SpoolTrackerOptions;
  readonly #problems: Problems;
  readonly #open = new Set<SpoolSink>();

  constructor(options: SpoolTrackerOptions) {
    this.#o = options;
    this.#problems = onceEach(options.onProblem);
  }

  async startRun(start: RunStart): Promise<RunHandle> {
    let attempt = 0;
    while (await exists(join(this.#o.root, runId(this.#o.root, start, attempt)))) attempt++;
    return this.#begin(runId(this.#o.root, start, attempt), start);
  }

  async resumeRun(id: string, step: number, start: RunStart): Promise<RunHandle> {
    const dir = join(this.#o.root, id);
    if (!(await exists(journalOf(dir)))) {
      this.#problems.report('run-gone', `run ${id} is not in ${this.#o.root}; it is recorded from step ${step} on`);
      return this.#begin(id, start);
    }
    await this.#lock(id, dir);
    const { seen, artifacts } = await reopenSpool(dir, step).catch((error: unknown) => {
      const message = `the journal of run ${id} in ${dir} cannot be read: ${reasonOf(error)}`;
      throw new DiagnosticError([{ code: 'tracking/journal', severity: 'error', message, hint: 'move that folder away to record the run anew' }]);
    });
    return this.#handle(id, dir, start, seen, [{ k: 'resume', step }], artifacts);
  }

  async close(): Promise<void> {
    for (const sink of this.#open) await sink.close();
    this.#open.clear();
    this.#o.http.close();
  }

  async #begin(id: string, start: RunStart): Promise<RunHandle> {
    const dir = join(this.#o.root, id);
    try {
      await this.#o.disk.mkdir(join(dir, 'artifacts'));
      await this.#lock(id, dir);
    } catch (error) {
      if (error instanceof DiagnosticError) throw error;
      this.#problems.report('disk', `cannot write ${dir}: ${reasonOf(error)}; what is logged is kept in memory`, 'make the folder writable; training goes on');
    }
    const { experiment, name, parent, startTime } = start;
    const first: TrackRecord = { k: 'start', id, experiment, name, startTime, ...(parent === undefined ? {} : { parent }) };
    return this.#handle(id, dir, start, new Seen(), [first], 0);
  }

  async #handle(id: string, dir: string, start: RunStart, seen: Seen, first: readonly TrackRecord[], artifacts: number): Promise<RunHandle> {
    const { address, http, clock, disk, retry, flushEveryMs, maxPending, patienceMs } = this.#o;
    const random = this.#o.random.at(id);
    const call = { address, http, clock, random, retry };
    const server = address.base.href;
    const sink = new SpoolSink({ dir, server, call, clock, random, disk, problems: this.#problems, flushEveryMs, maxPending, patienceMs, artifacts }, first);
    this.#open.add(sink);
    const handle = createHandle(id, sink, seen, this.#problems);
    handle.setTags(startTags(id, { ...start, parent: undefined }));
    handle.logParams(start.params);
    await handle.flush();
    return { ...handle, end: (status, endTime) => handle.end(status, endTime).finally(() => this.#open.delete(sink)) };
  }

  async #lock(id: string, dir: string): Promise<void> {
    const holder = await takeLock(dir);
    if (holder === undefined) return;
    const message = `run ${id} is being logged by process ${holder.pid} on ${holder.host}`;
    throw new DiagnosticError([{ code: 'tracking/locked', severity: 'error', message, hint: 'wait for that process, or end it' }]);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
