import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Diagnostic } from '../../lib/diagnostics/diagnostic.ts';
import type { TrackerOptions } from '../../lib/tracking/create.ts';
import { createTracker } from '../../lib/tracking/create.ts';
import type { MetricPoint, RunStart, Tracker } from '../../lib/tracking/tracker.ts';
import { fastClock } from './fast-clock.ts';

export async function scratch(t: Pick<TestContext, 'after'>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'swapgraph-tracking-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A tracker on a fast clock, and the problems it told. */
export function testTracker(dir: string, options: Partial<TrackerOptions> = {}): { tracker: Tracker; problems: Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const tracker = createTracker({ dir, clock: fastClock(), onProblem: (p) => problems.push(p), patienceMs: 1e8, ...options });
  return { tracker, problems };
}

export const begin = (over: Partial<RunStart> = {}): RunStart => ({ experiment: 'Ablation', name: 'baseline', tags: {}, params: {}, startTime: 1_700_000_000_000, ...over });

/** Points of one metric at steps `from` to `to - 1`, value = step / 10. */
export function points(key: string, from: number, to: number): MetricPoint[] {
  return Array.from({ length: to - from }, (_, i) => ({ key, value: (from + i) / 10, step: from + i, timestamp: 1_700_000_000_000 + from + i }));
}
