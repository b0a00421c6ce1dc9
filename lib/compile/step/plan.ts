import type { Experiment, PhasePlan, TermPlan, Window } from '../../ir/experiment.ts';
import { reach } from '../../ir/prune.ts';
import { isFrozenWeight } from '../../ir/frozen.ts';
import type { IrNode, IrWeight } from '../../ir/ir.ts';
import { compileSchedule, type ScheduleFunction } from '../../optimizers/schedule.ts';

/** A phase with everything that does not change from step to step worked out. */
export interface PhaseSchedule {
  readonly plan: PhasePlan;
  readonly terms: readonly TermSchedule[];
  /** The weights the phase updates: trainable, of its models, not frozen, and upstream of some term. */
  readonly weights: readonly IrWeight[];
  /** The running statistics that move in this phase. */
  readonly statistics: ReadonlySet<string>;
  readonly lr: ScheduleFunction;
}

export interface TermSchedule {
  readonly plan: TermPlan;
  /** Its weight at a step, 0 where its windows are closed. */
  readonly weightAt: ScheduleFunction;
}

export function schedulePhases(experiment: Experiment): PhaseSchedule[] {
  return experiment.order.map((name) => schedulePhase(experiment.phases[name], experiment));
}

function schedulePhase(plan: PhasePlan, experiment: Experiment): PhaseSchedule {
  const upstream = reach(experiment.step, plan.terms.map((t) => t.value));
  const used = new Set(experiment.step.nodes.filter((n) => n.outputs.some((o) => upstream.has(o.id))).flatMap((n) => Object.values(n.weights)));
  const mine = (w: IrWeight): boolean => plan.update.some((model) => w.id.startsWith(`${model}/`)) && (used.has(w.id) || upstream.has(`weight:${w.id}`));
  const weights = experiment.step.weights.filter((w) => mine(w) && w.trainable && !isFrozenWeight(w.id, experiment.models));
  const statistics = new Set(experiment.step.weights.filter((w) => mine(w) && w.momentum !== undefined && !isFrozenWeight(w.id, experiment.models)).map((w) => w.id));
  const terms = plan.terms.map((t) => ({ plan: t, weightAt: termWeight(t) }));
  return { plan, terms, weights, statistics, lr: compileSchedule(plan.optimizer.lr, 'lr') };
}

function termWeight(term: TermPlan): ScheduleFunction {
  const factors = term.weights.map((w) => compileSchedule(w, 'weight'));
  return (step) => (term.windows.every((w) => isOpen(w, step)) ? factors.reduce((product, f) => product * f(step), 1) : 0);
}

/** Whether a window acts at a step. */
export function isOpen(window: Window, step: number): boolean {
  return step >= window.from && step < window.until && (step - window.from) % window.every === 0;
}

/** Whether a node normalises by stored statistics: frozen models and frozen parts do, at every step. */
export function usesStored(node: IrNode, experiment: Experiment): boolean {
  if (!node.call) return false;
  const { frozen } = experiment.models[node.call.model];
  if (typeof frozen === 'boolean') return frozen;
  return Object.values(node.weights).some((id) => isFrozenWeight(id, experiment.models));
}
