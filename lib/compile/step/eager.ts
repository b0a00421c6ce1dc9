import type { NamedTensorMap, Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { Experiment } from '../../ir/experiment.ts';
import { inputId, type IrNode, type ValueId } from '../../ir/ir.ts';
import { bindDims } from '../../ir/bind.ts';
import type { BuildContext } from '../../registry/op.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Weights } from '../../weights/weights.ts';
import { bindProgram, type Program } from '../program.ts';
import { drawAt } from '../random.ts';
import { isOpen, schedulePhases, usesStored, type PhaseSchedule, type TermSchedule } from './plan.ts';
import { NonFiniteError, type Batch, type StepEngine, type StepOutcome } from './step-engine.ts';
import { StepWeights } from './step-weights.ts';
import { createUpdater, type Updater } from './update.ts';

export interface StepOptions {
  readonly registry: Registry;
  readonly seed: number;
  /** First values of weights that do not start from the seed (checkpoints of frozen encoders). */
  readonly given: Weights;
}

/** The step run op by op: slower than the compiled one, and what it is compared with. */
export function createEagerStep(experiment: Experiment, options: StepOptions): StepEngine {
  const program = bindProgram(bindDims(experiment.step, new Map()), options.registry);
  const phases = schedulePhases(experiment);
  const weights = new StepWeights(experiment, options);
  const updaters = new Map(phases.map((p) => [p.plan.name, createUpdater(p, weights, options.registry)]));
  const step = new EagerStep(experiment, program, phases, weights, updaters, options.seed);
  return {
    run: async (batch, at) => step.run(batch, at),
    weights: (which) => weights.read(which),
    save: () => weights.save(),
    restore: async (state) => weights.restore(state),
    dispose: async () => weights.dispose(),
  };
}

interface Forward {
  readonly total: Scalar;
  readonly gradients: NamedTensorMap;
  readonly values: ReadonlyMap<string, Tensor>;
  readonly moments: ReadonlyMap<string, readonly Tensor[]>;
}

class EagerStep {
  readonly #experiment: Experiment;
  readonly #program: Program;
  readonly #phases: readonly PhaseSchedule[];
  readonly #weights: StepWeights;
  readonly #updaters: ReadonlyMap<string, Updater>;
  readonly #seed: number;
  /** Values that a later phase of this step reuses. */
  readonly #kept = new Map<ValueId, Tensor>();

  constructor(experiment: Experiment, program: Program, phases: readonly PhaseSchedule[], weights: StepWeights, updaters: ReadonlyMap<string, Updater>, seed: number) {
    this.#experiment = experiment;
    this.#program = program;
    this.#phases = phases;
    this.#weights = weights;
    this.#updaters = updaters;
    this.#seed = seed;
  }

  run(batch: Batch, step: number): StepOutcome {
    const outcome = { terms: {}, gradientNorms: {}, learningRates: {}, totals: {} };
    const inputs = new Map<ValueId, Tensor>(Object.entries(batch).map(([name, f]) => [inputId(name), tf.tensor(f.data, [...f.shape], f.dtype)]));
    try {
      for (const phase of this.#phases) if (isOpen(phase.plan.window, step)) this.#runPhase(phase, inputs, step, outcome);
      this.#weights.moveAverages(this.#phases.filter((p) => isOpen(p.plan.window, step)).flatMap((p) => p.plan.update));
      return outcome;
    } finally {
      inputs.forEach((t) => t.dispose());
      this.#kept.forEach((t) => t.dispose());
      this.#kept.clear();
    }
  }

  #runPhase(phase: PhaseSchedule, inputs: ReadonlyMap<ValueId, Tensor>, step: number, outcome: Mutable<StepOutcome>): void {
    const { name } = phase.plan;
    const active = phase.terms.filter((t) => t.weightAt(step) !== 0);
    if (active.length === 0) return;
    const forward = this.#forward(phase, active, inputs, step);
    try {
      this.#requireFiniteValues(forward, active, phase, step);
      active.forEach((t) => { outcome.terms[`${name}/${t.plan.path}`] = read(forward.values.get(t.plan.path)); });
      outcome.totals[name] = read(forward.total);
      const updater = this.#updaters.get(name) as Updater;
      const norm = updater.norm(forward.gradients);
      if (!Number.isFinite(norm)) throw new NonFiniteError(step, name, this.#culprits(phase, active, inputs, step), 'gradient');
      outcome.gradientNorms[name] = norm;
      outcome.learningRates[name] = updater.apply(forward.gradients, step);
      this.#weights.moveStatistics(forward.moments);
    } finally {
      tf.dispose([forward.total, forward.gradients, ...forward.values.values(), ...[...forward.moments.values()].flat()]);
    }
  }

  #forward(phase: PhaseSchedule, active: readonly TermSchedule[], inputs: ReadonlyMap<ValueId, Tensor>, step: number): Forward {
    const values = new Map<string, Tensor>();
    const moments = new Map<string, Tensor[]>();
    const later = this.#laterReuse(phase);
    const loss = (): Scalar => {
      const known = this.#known(phase, inputs);
      const wanted = [...active.map((t) => t.plan.value), ...later];
      const found = this.#program.evaluate(wanted, known, { weight: (id) => this.#weights.get(id), context: (node) => this.#context(node, phase, moments, step) });
      for (const id of later) if (!this.#kept.has(id)) this.#kept.set(id, tf.keep((found.get(id) as Tensor).clone()));
      for (const t of active) values.set(t.plan.path, tf.keep((found.get(t.plan.value) as Tensor).clone()));
      return tf.addN(active.map((t) => tf.mul(found.get(t.plan.value) as Tensor, t.weightAt(step)))) as Scalar;
    };
    const variables = phase.weights.map((w) => this.#weights.get(w.id) as Variable);
    const { value, grads } = tf.variableGrads(loss, variables);
    return { total: value, gradients: named(phase, variables, grads), values, moments };
  }

  /** Inputs, and for `reuse` the values of an earlier phase; a value no earlier phase made is computed. */
  #known(phase: PhaseSchedule, inputs: ReadonlyMap<ValueId, Tensor>): Map<ValueId, Tensor> {
    const reused = phase.plan.reuse.flatMap((id) => (this.#kept.has(id) ? [[id, this.#kept.get(id) as Tensor] as const] : []));
    return new Map([...inputs, ...reused]);
  }

  #laterReuse(phase: PhaseSchedule): ValueId[] {
    const later = this.#phases.slice(this.#phases.indexOf(phase) + 1).flatMap((p) => p.plan.reuse);
    return [...new Set(later)].filter((id) => !this.#kept.has(id));
  }

  #context(node: IrNode, phase: PhaseSchedule, moments: Map<string, Tensor[]>, step: number): BuildContext {
    const stored = usesStored(node, this.#experiment);
    return {
      statistics: stored ? 'stored' : 'batch', training: !stored,
      recordStatistic: (weight, value) => {
        const id = node.weights[weight];
        if (!phase.statistics.has(id)) return;
        moments.set(id, [...(moments.get(id) ?? []), tf.keep(value.clone())]);
      },
      random: (kind, shape, purpose = '') => tf.tensor(drawAt(kind, shape.reduce((a, b) => a * b, 1), this.#seed, node.path, purpose, step), [...shape]),
    };
  }

  #requireFiniteValues(forward: Forward, active: readonly TermSchedule[], phase: PhaseSchedule, step: number): void {
    const bad = active.filter((t) => !Number.isFinite(read(forward.values.get(t.plan.path)))).map((t) => t.plan.path);
    if (bad.length > 0) throw new NonFiniteError(step, phase.plan.name, bad, 'value');
  }

  /** Which terms' own gradients are not finite: asked one by one, once the run is lost anyway. */
  #culprits(phase: PhaseSchedule, active: readonly TermSchedule[], inputs: ReadonlyMap<ValueId, Tensor>, step: number): string[] {
    const bad = active.filter((term) => {
      const forward = this.#forward(phase, [term], inputs, step);
      const norm = (this.#updaters.get(phase.plan.name) as Updater).norm(forward.gradients);
      tf.dispose([forward.total, forward.gradients, ...forward.values.values(), ...[...forward.moments.values()].flat()]);
      return !Number.isFinite(norm);
    });
    return (bad.length > 0 ? bad : active).map((t) => t.plan.path);
  }
}

type Mutable<T> = { -readonly [K in keyof T]: { -readonly [J in keyof T[K]]: T[K][J] } };

const read = (t: Tensor | undefined): number => (t as Tensor).dataSync()[0];

/** Gradients by weight id; weights that a term does not reach have none. */
function named(phase: PhaseSchedule, variables: readonly Variable[], grads: NamedTensorMap): NamedTensorMap {
  const byName = new Map(variables.map((v, i) => [v.name, phase.weights[i].id]));
  return Object.fromEntries(Object.entries(grads).filter(([, g]) => g !== null && g !== undefined).map(([name, g]) => [byName.get(name) as string, g]));
}
