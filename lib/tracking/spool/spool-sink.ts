import { join } from 'node:path';
import type { Stream } from '../../random/stream.ts';
import type { Clock } from '../clock.ts';
import type { Disk } from '../disk.ts';
import type { Sink } from '../handle.ts';
import { PendingRecords } from '../pending.ts';
import type { Problems } from '../problems.ts';
import { reportDisk } from '../problems.ts';
import type { TrackRecord } from '../records.ts';
import type { CallOptions } from '../rest/calls.ts';
import { backoff } from '../rest/retry.ts';
import type { WriteBehind } from '../write-behind.ts';
import { writeBehind } from '../write-behind.ts';
import { journalLines, journalOf } from './journal.ts';
import { releaseLock } from './lock.ts';
import type { Outcome } from './sender.ts';
import { reportWaiting, sendJournal } from './sender.ts';

export interface SpoolSinkOptions {
  readonly dir: string;
  readonly server: string;
  /** Without `signal`: the sink brings its own. */
  readonly call: Omit<CallOptions, 'signal'>;
  readonly clock: Clock;
  readonly random: Stream;
  readonly disk: Disk;
  readonly problems: Problems;
  readonly flushEveryMs: number;
  readonly maxPending: number;
  /** How long `close` keeps trying a server that fails, in milliseconds. */
  readonly patienceMs: number;
  /** The number the first new artifact copy gets. */
  readonly artifacts: number;
}

const AWAY = { attempts: Infinity, baseMs: 2_000, maxMs: 60_000 };

/** Appends a run's records to its journal and sends them on to the server in the background. */
export class SpoolSink implements Sink {
  readonly #o: SpoolSinkOptions;
  readonly #writer: WriteBehind;
  readonly #pending: PendingRecords;
  readonly #stop = new AbortController();
  #artifacts: number;
  #sending: Promise<void> | undefined;
  #ready = false;
  #again = false;
  #failures = 0;
  #stalled = false;
  #cancelRetry: (() => void) | undefined;

  constructor(options: SpoolSinkOptions, first: readonly TrackRecord[]) {
    this.#o = options;
    this.#artifacts = options.artifacts;
    this.#pending = new PendingRecords(options.maxPending, first);
    this.#writer = writeBehind(options.clock, options.flushEveryMs, (durable) => this.#drain(durable));
  }

  add(records: readonly TrackRecord[]): void {
    this.#pending.add(records);
    this.#writer.nudge();
  }

  /** The file is copied: it may change, or be gone, before the server takes it. */
  async addArtifact(file: string, path: string): Promise<void> {
    const copy = `artifacts/${this.#artifacts++}`;
    try {
      await this.#o.disk.copy(file, join(this.#o.dir, copy), this.#o.dir);
      this.add([{ k: 'artifact', file: copy, path }]);
    } catch (error) {
      reportDisk(this.#o.problems, error, `the artifact ${path} is not stored`);
    }
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  async close(): Promise<void> {
    const cancel = this.#o.clock.after(this.#o.patienceMs, () => this.#stop.abort());
    try {
      await this.#writer.flush();
      this.#writer.stop();
      await this.#sending;
      this.#cancelRetry?.();
      this.#stalled = true;
      if ((await this.#send()) === 'waiting') reportWaiting(this.#o);
    } finally {
      cancel();
      this.#cancelRetry?.();
      await releaseLock(this.#o.dir);
    }
  }

  async #drain(durable: boolean): Promise<void> {
    const records = this.#pending.take();
    try {
      if (!this.#ready) await this.#o.disk.mkdir(join(this.#o.dir, 'artifacts'));
      this.#ready = true;
      await this.#o.disk.append(journalOf(this.#o.dir), journalLines(records), durable);
    } catch (error) {
      reportDisk(this.#o.problems, error, 'what is logged is kept in memory until it can be written');
      this.#pending.giveBack(records);
      return;
    }
    this.#pending.reportDropped(this.#o.problems, this.#o.dir);
    this.#kick();
  }

  /** Starts sending, or has the sending under way look again; waits for its turn while the server is away. */
  #kick(): void {
    if (this.#stalled || this.#cancelRetry !== undefined) return;
    if (this.#sending !== undefined) {
      this.#again = true;
      return;
    }
    this.#sending = this.#send().then((outcome) => {
      this.#sending = undefined;
      this.#after(outcome);
    });
  }

  #after(outcome: Outcome): void {
    this.#stalled ||= outcome === 'stalled';
    const later = outcome === 'away' || outcome === 'waiting';
    this.#failures = later ? this.#failures + 1 : 0;
    const again = this.#again;
    this.#again = false;
    if (outcome === 'done' && again) this.#kick();
    if (!later || this.#stalled) return;
    this.#cancelRetry = this.#o.clock.after(backoff(AWAY, this.#failures, this.#o.random), () => {
      this.#cancelRetry = undefined;
      this.#kick();
    }, true);
  }

  #send(): Promise<Outcome> {
    const { dir, server, call, disk, problems } = this.#o;
    return sendJournal({ dir, server, call: { ...call, signal: this.#stop.signal }, disk, problems });
  }
}
