import type { Problems } from './problems.ts';
import type { TrackRecord } from './records.ts';

/** A run's records that wait to be written: at most `limit` metric points, later ones being counted and dropped, and every other record. */
export class PendingRecords {
  readonly #limit: number;
  #records: TrackRecord[];
  #points = 0;
  #dropped = 0;

  constructor(limit: number, first: readonly TrackRecord[] = []) {
    this.#limit = limit;
    this.#records = [...first];
  }

  add(records: readonly TrackRecord[]): void {
    for (const record of records) {
      const count = pointsIn(record);
      if (count > 0 && this.#points + count > this.#limit) {
        this.#dropped += count;
        continue;
      }
      this.#points += count;
      this.#records.push(record);
    }
  }

  /** All that wait, which then wait no longer. */
  take(): TrackRecord[] {
    const records = this.#records;
    this.#records = [];
    this.#points = 0;
    return records;
  }

  /** What could not be written waits again, before what came meanwhile. */
  giveBack(records: readonly TrackRecord[]): void {
    this.#records = [...records, ...this.#records];
    this.#points += records.reduce((sum, record) => sum + pointsIn(record), 0);
  }

  /** Says how many points were dropped while `folder` could not be written, once that is over. */
  reportDropped(problems: Problems, folder: string): void {
    if (this.#dropped > 0) problems.report('points-dropped', `${this.#dropped} metric points were dropped while ${folder} could not be written`);
    this.#dropped = 0;
  }
}

const pointsIn = (record: TrackRecord): number => (record.k === 'metrics' ? record.points.length : 0);
