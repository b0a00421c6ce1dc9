import type { StopRule } from '../plan.ts';
import type { StoppedPoint } from '../result.ts';

/** Where successive halving stands. */
export interface Halving {
  /** The points that still train, or have trained to the end, in the plan's order. */
  readonly alive: readonly string[];
  /** The rung they are on the way to; absent on the way to the end of training. */
  readonly until?: number;
  /** In the order in which they were stopped. */
  readonly stopped: readonly StoppedPoint[];
}

/**
 * Successive halving (Jamieson and Talwalkar, AISTATS 2016) with the rungs of ASHA (Li et al., MLSys 2020), in step: a rung is decided
 * once every point that reaches it has its score there, so that what goes on depends on the scores alone, not on which run was faster.
 * `scoreAt` gives a point's score at a rung (NaN where it has none and never will), or undefined where it is not known yet.
 */
export function halving(points: readonly string[], rule: StopRule, scoreAt: (point: string, rung: number) => number | undefined): Halving {
  let alive = points;
  const stopped: StoppedPoint[] = [];
  for (const step of rule.rungs) {
    const scores = new Map<string, number>();
    for (const point of alive) {
      const score = scoreAt(point, step);
      if (score === undefined) return { alive, until: step, stopped };
      scores.set(point, score);
    }
    const kept = survivors(scores, rule);
    stopped.push(...alive.filter((p) => !kept.has(p)).map((variant) => ({ variant, step, metric: rule.metric, value: scores.get(variant) as number })));
    alive = alive.filter((p) => kept.has(p));
  }
  return { alive, stopped };
}

/** The best 1 / reduction of a rung's points, at least one; of equal ones the earlier, and NaN is worse than any number. */
export function survivors(scores: ReadonlyMap<string, number>, rule: StopRule): Set<string> {
  const sign = rule.better === 'higher' ? 1 : -1;
  const worth = (score: number): number => (Number.isNaN(score) ? -Infinity : sign * score);
  // Sorting is stable; -Infinity - -Infinity is NaN, which must count as equal.
  const ranked = [...scores].sort(([, a], [, b]) => (Number(Number.isNaN(a)) - Number(Number.isNaN(b))) || (worth(b) - worth(a)) || 0);
  return new Set(ranked.slice(0, keptOf(scores.size, rule)).map(([point]) => point));
}

const keptOf = (points: number, rule: StopRule): number => Math.max(1, Math.floor(points / rule.reduction));

/** How many points train to each rung, and last to the end of training at `steps`. */
export function stages(points: number, rule: StopRule, steps: number): { readonly step: number; readonly points: number }[] {
  let left = points;
  return [...rule.rungs, steps].map((step, i) => {
    if (i > 0) left = keptOf(left, rule);
    return { step, points: left };
  });
}

/** The most steps that so many points train from the start, one seed each. */
export function mostSteps(points: number, rule: StopRule, steps: number): number {
  return stages(points, rule, steps).reduce((sum, stage, i, all) => sum + stage.points * (stage.step - (i > 0 ? all[i - 1].step : 0)), 0);
}
