import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { Experiment } from '../../ir/experiment.ts';
import { inputId, type ValueId } from '../../ir/ir.ts';
import { bindDims } from '../../ir/bind.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Weights } from '../../weights/weights.ts';
import { bindProgram, type Program } from '../program.ts';
import { drawAt } from '../random.ts';
import { gradientCulprits } from './culprits.ts';
import { disposeForward, forwardPhase, knownValues, reusedLater, type Forward, type ForwardContext } from './forward.ts';
import { isOpen, schedulePhases, type PhaseSchedule, type TermSchedule } from './plan.ts';
import { refuseMixed } from './refuse-mixed.ts';
import { NonFiniteError, type Batch, type StepEngine, type StepOutcome } from './step-engine.ts';
import { StepWeights } from './step-weights.ts';
import { createUpdater, type Updater } from './update.ts';

export interface StepOptions {
  readonly registry: Registry;
  readonly seed: number;
  /** First values of weights that do not start from the seed (checkpoints of frozen encoders). */
  readonly given: Weights;
}

/** The step run op by op: slower than the compiled one, and what it is compared with. @throws DiagnosticError in mixed precision */
export function createEagerStep(experiment: Experiment, options: StepOptions): StepEngine {
  refuseMixed(experiment);
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

/** What a phase takes when it runs op by op, at one step. */
export function eagerContext(experiment: Experiment, program: Program, weights: StepWeights, seed: number, step: number): ForwardContext {
  return {
    experiment, program,
    weight: (id) => weights.get(id),
    termWeight: (term) => term.weightAt(step),
    random: (kind, shape, path, purpose) => tf.tensor(drawAt(kind, shape.reduce((a, b) => a * b, 1), seed, path, purpose, step), [...shape]),
  };
}

/** A batch as the tensors of a step's inputs; the caller's to dispose. */
export function inputTensors(batch: Batch): Map<ValueId, Tensor> {
  return new Map(Object.entries(batch).map(([name, f]) => [inputId(name), tf.tensor(f.data, [...f.shape], f.dtype)]));
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
    const inputs = inputTensors(batch);
    try {
      const updated = this.#phases.filter((phase) => isOpen(phase.plan.window, step) && this.#runPhase(phase, inputs, step, outcome));
      this.#weights.moveAverages(updated.flatMap((p) => p.plan.update));
      return outcome;
    } finally {
      inputs.forEach((t) => t.dispose());
      this.#kept.forEach((t) => t.dispose());
      this.#kept.clear();
    }
  }

  /** Whether the phase updated weights: not without active terms, and not before the last of accumulated batches. */
  #runPhase(phase: PhaseSchedule, inputs: ReadonlyMap<ValueId, Tensor>, step: number, outcome: Mutable<StepOutcome>): boolean {
    const { name } = phase.plan;
    const active = phase.terms.filter((t) => t.weightAt(step) !== 0);
    if (active.length === 0) return false;
    const context = eagerContext(this.#experiment, this.#program, this.#weights, this.#seed, step);
    const known = knownValues(phase, inputs, this.#kept);
    const forward = forwardPhase(phase, active, known, reusedLater(phase, this.#phases, this.#kept), context);
    forward.kept.forEach((t, id) => this.#kept.set(id, t));
    try {
      requireFiniteValues(forward, active, phase, step);
      active.forEach((t) => { outcome.terms[`${name}/${t.plan.path}`] = read(forward.values.get(t.plan.path)); });
      outcome.totals[name] = read(forward.total);
      const updater = this.#updaters.get(name) as Updater;
      const norm = updater.norm(forward.gradients);
      if (!Number.isFinite(norm)) throw new NonFiniteError(step, name, gradientCulprits(phase, active, known, context), 'gradient');
      outcome.gradientNorms[name] = norm;
      outcome.learningRates[name] = phase.lr(step);
      const updated = updater.apply(forward.gradients, step);
      this.#weights.moveStatistics(forward.moments);
      return updated;
    } finally {
      disposeForward(forward);
    }
  }
}

function requireFiniteValues(forward: Forward, active: readonly TermSchedule[], phase: PhaseSchedule, step: number): void {
  const bad = active.filter((t) => !Number.isFinite(read(forward.values.get(t.plan.path)))).map((t) => t.plan.path);
  if (bad.length > 0) throw new NonFiniteError(step, phase.plan.name, bad, 'value');
}

type Mutable<T> = { -readonly [K in keyof T]: { -readonly [J in keyof T[K]]: T[K][J] } };

const read = (t: Tensor | undefined): number => (t as Tensor).dataSync()[0];
