import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { failure } from '../../diagnostics/failure.ts';
import type { Experiment } from '../../ir/experiment.ts';
import type { IrWeight } from '../../ir/ir.ts';
import type { WeightArray, Weights } from '../../weights/weights.ts';
import { initialWeight } from '../initial-weights.ts';
import { movedAverage, movedStatistic } from './moving.ts';
import type { TrainState } from './step-engine.ts';

export interface StepWeightOptions {
  readonly seed: number;
  readonly given: Weights;
}

/** The tensors of a run: weights, optimiser slots, moving averages. Owns and disposes them. */
export class StepWeights {
  readonly #weights = new Map<string, Variable>();
  readonly #specs: ReadonlyMap<string, IrWeight>;
  readonly #averages = new Map<string, Variable>();
  readonly #slots = new Map<string, Variable>();
  readonly #updates = new Map<string, number>();
  readonly #experiment: Experiment;

  constructor(experiment: Experiment, options: StepWeightOptions) {
    this.#experiment = experiment;
    this.#specs = weightsOf(experiment);
    for (const spec of this.#specs.values()) this.#weights.set(spec.id, variableOf(valueOf(spec, options)));
    for (const [model] of Object.entries(experiment.train.ema)) {
      for (const [id, w] of this.#weights) if (id.startsWith(`${model}/`)) this.#averages.set(id, tf.variable(w, false));
    }
  }

  get(id: string): Tensor {
    const value = this.#weights.get(id);
    if (!value) throw new Error(`the run has no weight ${id}`);
    return value;
  }

  set(id: string, value: Tensor): void {
    (this.#weights.get(id) as Variable).assign(value);
  }

  /** An optimiser's state for one weight, zero at first. */
  slot(key: string, like: Tensor): Variable {
    let slot = this.#slots.get(key);
    if (!slot) {
      slot = tf.tidy(() => tf.variable(tf.zeros(like.shape), false));
      this.#slots.set(key, slot);
    }
    return slot;
  }

  countUpdate(phase: string): number {
    const next = (this.#updates.get(phase) ?? 0) + 1;
    this.#updates.set(phase, next);
    return next;
  }

  updates(phase: string): number {
    return this.#updates.get(phase) ?? 0;
  }

  /** Running statistics move once, by the mean over the calls of the phase. */
  moveStatistics(moments: ReadonlyMap<string, readonly Tensor[]>): void {
    for (const [id, seen] of moments) {
      const momentum = this.#specs.get(id)?.momentum as number;
      tf.tidy(() => this.set(id, movedStatistic(this.get(id), seen, momentum)));
    }
  }

  /** Moving averages of the models updated in this step; statistics are copied, not averaged. */
  moveAverages(updated: readonly string[]): void {
    for (const model of new Set(updated)) {
      const decay = this.#experiment.train.ema[model];
      if (decay === undefined) continue;
      for (const [id, average] of this.#averages) {
        if (!id.startsWith(`${model}/`)) continue;
        const trainable = this.#specs.get(id)?.trainable === true;
        tf.tidy(() => average.assign(movedAverage(average, this.get(id), decay, trainable)));
      }
    }
  }

  async read(which: 'raw' | 'ema'): Promise<Weights> {
    const out = new Map<string, WeightArray>();
    for (const [id, weight] of this.#weights) out.set(id, await arrayOf((which === 'ema' ? this.#averages.get(id) : undefined) ?? weight));
    return out;
  }

  async save(): Promise<TrainState> {
    const arrays = new Map<string, WeightArray>();
    // Frozen weights come from their checkpoint again; what can change is saved.
    for (const [id, w] of this.#weights) if (!isWhollyFrozen(id, this.#experiment)) arrays.set(`weight:${id}`, await arrayOf(w));
    for (const [key, slot] of this.#slots) arrays.set(`slot:${key}`, await arrayOf(slot));
    for (const [id, average] of this.#averages) arrays.set(`ema:${id}`, await arrayOf(average));
    return { arrays, updates: Object.fromEntries(this.#updates) };
  }

  restore(state: TrainState): void {
    for (const [key, array] of state.arrays) {
      const at = key.indexOf(':');
      const [kind, id] = [key.slice(0, at), key.slice(at + 1)];
      tf.tidy(() => this.#target(kind, id, array).assign(tf.tensor(array.data, [...array.shape])));
    }
    this.#updates.clear();
    for (const [phase, count] of Object.entries(state.updates)) this.#updates.set(phase, count);
  }

  dispose(): void {
    for (const map of [this.#weights, this.#averages, this.#slots]) {
      map.forEach((t) => t.dispose());
      map.clear();
    }
  }

  #target(kind: string, id: string, array: WeightArray): Variable {
    const found = kind === 'weight' ? this.#weights.get(id) : kind === 'ema' ? this.#averages.get(id) : this.slot(id, tf.tidy(() => tf.zeros([...array.shape])));
    if (!found) throw failure('run/checkpoint', `the checkpoint holds "${id}", which this experiment does not have`);
    if (found.shape.join(',') !== array.shape.join(',')) throw failure('run/checkpoint', `"${id}" has shape [${array.shape.join(', ')}] in the checkpoint and [${found.shape.join(', ')}] here`);
    return found;
  }
}

/** Whether a weight's model never changes: its values come from its checkpoint again, not from the run's. */
export function isWhollyFrozen(id: string, experiment: Experiment): boolean {
  return experiment.models[id.slice(0, id.indexOf('/'))]?.frozen === true;
}

/** The weights of the step and of `predict` (a part of a model may be used only there). */
export function weightsOf(experiment: Experiment): ReadonlyMap<string, IrWeight> {
  return new Map([...(experiment.predict?.graph.weights ?? []), ...experiment.step.weights].map((w) => [w.id, w]));
}

/** A weight's first value: from the checkpoint its model names, else drawn from the seed. */
export function valueOf(spec: IrWeight, options: StepWeightOptions): WeightArray {
  return options.given.get(spec.id) ?? initialWeight(spec, options.seed);
}

function variableOf(array: WeightArray): Variable {
  const value = tf.tensor(array.data, [...array.shape], 'float32');
  const variable = tf.variable(value, true);
  value.dispose();
  return variable;
}

async function arrayOf(t: Tensor): Promise<WeightArray> {
  return { shape: [...t.shape], data: (await t.data()) as Float32Array };
}
