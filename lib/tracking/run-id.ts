import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { RunStart } from './tracker.ts';

/**
 * A run id, 32 hexadecimal digits, from what sets one run apart from every other: its place, name and start, and the process that
 * starts it. `attempt` gives another id to a run that is started twice in one millisecond.
 */
export function runId(place: string, start: RunStart, attempt: number): string {
  const { experiment, name, parent, startTime } = start;
  const identity = [hostname(), process.pid, place, experiment, name, parent ?? null, startTime, attempt];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
}

/** True for what MLflow accepts as a run id. */
export function isRunId(id: string): boolean {
  return /^[a-zA-Z0-9][\w-]{0,255}$/.test(id);
}
