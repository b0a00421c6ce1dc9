import type { NamedTensorMap, Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { Experiment } from '../../ir/experiment.ts';
import { weightValueId, type IrNode, type ValueId } from '../../ir/ir.ts';
import type { BuildContext } from '../../registry/op.ts';
import type { Program } from '../program.ts';
import { usesStored, type PhaseSchedule, type TermSchedule } from './plan.ts';

/** What the mathematics of a phase takes from the engine that runs or records it. */
export interface ForwardContext {
  readonly experiment: Experiment;
  readonly program: Program;
  weight(id: string): Tensor;
  /** The factor of a term at this step. */
  termWeight(term: TermSchedule, phase: PhaseSchedule): Tensor | number;
  random(kind: 'normal' | 'uniform', shape: readonly number[], path: string, purpose: string): Tensor;
  /** See `Run.hold`; the eager step runs everything when it comes to it. */
  hold?(tensor: Tensor, after: readonly Tensor[]): Tensor;
}

/** A phase's loss and gradients; the caller disposes of all of it (`disposeForward`). */
export interface Forward {
  readonly total: Scalar;
  /** By weight id; weights that no term reaches have none. */
  readonly gradients: NamedTensorMap;
  /** Unweighted terms by path. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** Batch moments by the running statistic they move, one for each call of the model. */
  readonly moments: ReadonlyMap<string, readonly Tensor[]>;
  /** Values that a later phase reuses. */
  readonly kept: ReadonlyMap<ValueId, Tensor>;
}

/** Evaluates the active terms of a phase and their gradients; `keep` names the values that later phases reuse. */
export function forwardPhase(
  phase: PhaseSchedule, active: readonly TermSchedule[], known: ReadonlyMap<ValueId, Tensor>, keep: readonly ValueId[], context: ForwardContext,
): Forward {
  const values = new Map<string, Tensor>();
  const moments = new Map<string, Tensor[]>();
  const kept = new Map<ValueId, Tensor>();
  const loss = (): Scalar => {
    const wanted = [...active.map((t) => t.plan.value), ...keep];
    const found = context.program.evaluate(wanted, known, {
      weight: (id) => context.weight(id), context: (node) => buildContext(node, phase, moments, context),
      toward: new Set(phase.weights.map((w) => weightValueId(w.id))), ...(context.hold ? { hold: context.hold } : {}),
    });
    for (const id of keep) kept.set(id, tf.keep((found.get(id) as Tensor).clone()));
    for (const t of active) values.set(t.plan.path, tf.keep((found.get(t.plan.value) as Tensor).clone()));
    return tf.addN(active.map((t) => tf.mul(found.get(t.plan.value) as Tensor, context.termWeight(t, phase)))) as Scalar;
  };
  const variables = phase.weights.map((w) => context.weight(w.id) as Variable);
  const { value, grads } = tf.variableGrads(loss, variables);
  return { total: value, gradients: byId(phase, variables, grads), values, moments, kept };
}

/** Frees everything but the kept values. */
export function disposeForward({ total, gradients, values, moments }: Forward): void {
  tf.dispose([total, gradients, ...values.values(), ...[...moments.values()].flat()]);
}

/** What `phase` computes and later phases reuse, without what is kept already. */
export function reusedLater(phase: PhaseSchedule, phases: readonly PhaseSchedule[], kept: ReadonlyMap<ValueId, Tensor>): ValueId[] {
  const later = phases.slice(phases.indexOf(phase) + 1).flatMap((p) => p.plan.reuse);
  return [...new Set(later)].filter((id) => !kept.has(id));
}

/** Inputs, and for `reuse` the values of an earlier phase; a value no earlier phase made is computed. */
export function knownValues(phase: PhaseSchedule, inputs: ReadonlyMap<ValueId, Tensor>, kept: ReadonlyMap<ValueId, Tensor>): Map<ValueId, Tensor> {
  return new Map([...inputs, ...phase.plan.reuse.flatMap((id) => (kept.has(id) ? [[id, kept.get(id) as Tensor] as const] : []))]);
}

function buildContext(node: IrNode, phase: PhaseSchedule, moments: Map<string, Tensor[]>, context: ForwardContext): BuildContext {
  const stored = usesStored(node, context.experiment);
  return {
    statistics: stored ? 'stored' : 'batch', training: !stored,
    recordStatistic: (weight, value) => {
      const id = node.weights[weight];
      if (!phase.statistics.has(id)) return;
      moments.set(id, [...(moments.get(id) ?? []), tf.keep(value.clone())]);
    },
    random: (kind, shape, purpose = '') => context.random(kind, shape, node.path, purpose),
  };
}

function byId(phase: PhaseSchedule, variables: readonly Variable[], grads: NamedTensorMap): NamedTensorMap {
  const ids = new Map(variables.map((v, i) => [v.name, phase.weights[i].id]));
  return Object.fromEntries(Object.entries(grads).filter(([, g]) => g !== null && g !== undefined).map(([name, g]) => [ids.get(name) as string, g]));
}
