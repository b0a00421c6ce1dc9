import type { Experiment } from '../../../ir/experiment.ts';
import { isOpen, type PhaseSchedule, type TermSchedule } from '../plan.ts';

/** What acts at a step: steps of equal keys run the same graph. */
export interface ActiveSet {
  readonly key: string;
  readonly phases: readonly ActivePhase[];
  /** Models whose moving averages move, once per update. */
  readonly averaged: readonly string[];
}

export interface ActivePhase {
  readonly phase: PhaseSchedule;
  readonly terms: readonly TermSchedule[];
}

export function activeSet(experiment: Experiment, phases: readonly PhaseSchedule[], step: number): ActiveSet {
  const open = phases.filter((p) => isOpen(p.plan.window, step));
  const active = open.map((phase) => ({ phase, terms: phase.terms.filter((t) => t.weightAt(step) !== 0) })).filter((p) => p.terms.length > 0);
  const averaged = [...new Set(active.flatMap((p) => p.phase.plan.update))].filter((model) => experiment.train.ema[model] !== undefined);
  const key = JSON.stringify([active.map((p) => [p.phase.plan.name, p.terms.map((t) => t.plan.path)]), averaged]);
  return { key, phases: active, averaged };
}

/** Graphs of more sets than this are not written together. */
const MOST = 64;

/**
 * The sets of all steps of a run, and `now`. They do not depend on where a run resumes: the graph, and with it the order of its sums,
 * is the same then.
 */
export function allSets(experiment: Experiment, phases: readonly PhaseSchedule[], now: ActiveSet): ActiveSet[] {
  const sets = new Map<string, ActiveSet>();
  for (let step = 0; step < experiment.train.steps && sets.size < MOST; step++) {
    const set = activeSet(experiment, phases, step);
    if (!sets.has(set.key)) sets.set(set.key, set);
  }
  return [...sets.set(now.key, sets.get(now.key) ?? now).values()];
}
