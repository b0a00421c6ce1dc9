import path from 'node:path';
import { runFolder, runsOf, type RunKey, type StudyPlan } from '../study/plan.ts';
import { mostSteps } from '../study/sweep/halving.ts';
import { readRecord } from './run-files.ts';
import { halvingOf, isSettled, markStopped } from './rungs.ts';

/** The runs of a plan that can go on now: all there are, or those on the way to a sweep's next rung. */
export interface Round {
  readonly open: readonly RunKey[];
  /** The rung at which they pause; absent where they train to the end. */
  readonly until?: number;
  /** Runs that will not be started again. */
  readonly done: number;
  /** Steps of all runs that will be, those trained already included; the most there can be where a sweep stops early. */
  readonly steps: number;
}

/** The next round, by what the runs left in `dir`; the records of points that were stopped say so from then on. */
export function roundOf(dir: string, plan: StudyPlan): Round {
  const all = runsOf(plan);
  const stepsOf = new Map(plan.variants.map((v) => [v.name, v.experiment.train.steps]));
  if (!plan.stop) {
    const open = all.filter((key) => readRecord(path.join(dir, runFolder(key)))?.status !== 'finished');
    return { open, done: all.length - open.length, steps: open.reduce((sum, { variant }) => sum + (stepsOf.get(variant) as number), 0) };
  }
  const state = halvingOf(dir, plan, plan.stop);
  markStopped(dir, plan, state);
  const { alive, until } = state;
  const open = all.filter((key) => alive.includes(key.variant) && !isSettled(path.join(dir, runFolder(key)), until));
  const rungs = until === undefined ? [] : plan.stop.rungs.filter((r) => r >= until);
  const last = Math.max(...alive.map((name) => stepsOf.get(name) as number));
  const points = until === undefined ? new Set(open.map((key) => key.variant)).size : alive.length;
  const going = until === undefined ? open.length : alive.length * plan.seeds.length;
  return { open, ...(until === undefined ? {} : { until }), done: all.length - going, steps: mostSteps(points, { ...plan.stop, rungs }, last) * plan.seeds.length };
}
