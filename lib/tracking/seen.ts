import type { Point } from './records.ts';

const RECENT = 1000;

/** What a run already holds, so that nothing is recorded twice: MLflow's databases refuse a second copy of a point. */
export class Seen {
  /** Params are immutable in MLflow: the first value stays. */
  readonly params = new Map<string, string>();
  readonly #replays = new Map<string, Set<string>>();
  /** The last points of each key, oldest first. */
  readonly #recent = new Map<string, Set<string>>();

  /** Notes a point that was recorded beyond the step a resume starts from. */
  expectReplay([key, value, , step]: Point): void {
    const points = this.#replays.get(key) ?? new Set();
    this.#replays.set(key, points.add(`${step} ${value}`));
  }

  /** False for a point that a resumed run repeats (same key, step and value), or that is one of the last thousand of its key. */
  accept([key, value, timestamp, step]: Point): boolean {
    if (this.#replays.get(key)?.delete(`${step} ${value}`)) return false;
    const recent = this.#recent.get(key) ?? new Set();
    this.#recent.set(key, recent);
    const point = `${step} ${timestamp} ${value}`;
    if (recent.has(point)) return false;
    recent.add(point);
    if (recent.size > RECENT) for (const oldest of recent.values()) return recent.delete(oldest);
    return true;
  }
}
