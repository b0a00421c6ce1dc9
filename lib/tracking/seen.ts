import type { Point } from './records.ts';

/** What a run already holds, so that nothing is recorded twice: MLflow's databases refuse a second copy of a point. */
export class Seen {
  /** Params are immutable in MLflow: the first value stays. */
  readonly params = new Map<string, string>();
  readonly #replays = new Map<string, Set<string>>();
  readonly #latest = new Map<string, { step: number; points: Set<string> }>();

  /** Notes a point that was recorded beyond the step a resume starts from. */
  expectReplay([key, value, , step]: Point): void {
    const points = this.#replays.get(key) ?? new Set();
    this.#replays.set(key, points.add(`${step} ${value}`));
  }

  /** False for a point that a resumed run repeats (same key, step and value), or that was just logged with the same timestamp. */
  accept([key, value, timestamp, step]: Point): boolean {
    if (this.#replays.get(key)?.delete(`${step} ${value}`)) return false;
    const latest = this.#latest.get(key);
    const point = `${timestamp} ${value}`;
    if (latest === undefined || latest.step !== step) {
      this.#latest.set(key, { step, points: new Set([point]) });
      return true;
    }
    if (latest.points.has(point)) return false;
    latest.points.add(point);
    return true;
  }
}
