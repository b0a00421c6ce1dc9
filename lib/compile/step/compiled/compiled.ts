import { collectGarbage } from '../../../engine/collect-garbage.ts';
import { tf } from '../../../engine/tf.ts';
import { failure } from '../../../diagnostics/failure.ts';
import type { Experiment } from '../../../ir/experiment.ts';
import type { IrWeight } from '../../../ir/ir.ts';
import { bindDims } from '../../../ir/bind.ts';
import { isConcrete } from '../../../shape/dim.ts';
import { concreteShape } from '../../../shape/shape.ts';
import type { WeightArray, Weights } from '../../../weights/weights.ts';
import type { GraphCache } from '../../graph/graph-cache.ts';
import { downloadVariables, uploadVariables } from '../../graph/variable-chunks.ts';
import { bindProgram, type Program } from '../../program.ts';
import { drawAt } from '../../random.ts';
import { gradientCulprits } from '../culprits.ts';
import { eagerContext, inputTensors, type StepOptions } from '../eager.ts';
import { knownValues } from '../forward.ts';
import { schedulePhases, type PhaseSchedule } from '../plan.ts';
import { NonFiniteError, type Batch, type BatchField, type StepEngine, type StepOutcome, type TrainState } from '../step-engine.ts';
import { isWhollyFrozen, StepWeights, valueOf, weightsOf } from '../step-weights.ts';
import { counterSlot } from '../update.ts';
import { activeSet, type ActivePhase, type ActiveSet } from './active-set.ts';
import type { RecordedSet } from './record-set.ts';
import { openGraph, type OpenGraph } from './open-graph.ts';
import { scalarReader, type ScalarReader, type StepClock } from './scalar-source.ts';

export interface CompiledStepOptions extends StepOptions {
  /** Where recorded graphs are kept; without it each is recorded anew. Only for a registry of what `code` stands for. */
  readonly cache?: GraphCache;
}

/** One TensorFlow graph for the whole step, with weights and optimiser state inside the session. Needs a native engine. */
export function createCompiledStep(experiment: Experiment, options: CompiledStepOptions): StepEngine {
  const step = new CompiledStep(experiment, options);
  return {
    prepare: async (at) => step.prepare(at),
    run: async (batch, at) => step.run(batch, at),
    weights: async (which) => step.weights(which),
    save: async () => step.save(),
    restore: async (state) => step.restore(state),
    dispose: async () => step.dispose(),
  };
}

/** A graph in a session, for batches of one shape. */
interface Loaded extends Omit<OpenGraph, 'sets'> {
  readonly shapes: string;
  readonly sets: ReadonlyMap<string, RecordedSet>;
}

type Described = Pick<BatchField, 'shape' | 'dtype'>;

class CompiledStep {
  readonly #experiment: Experiment;
  readonly #options: CompiledStepOptions;
  readonly #program: Program;
  readonly #phases: readonly PhaseSchedule[];
  readonly #specs: ReadonlyMap<string, IrWeight>;
  readonly #scalarAt: ScalarReader;
  /** The state while no session holds it; slots that no graph of this experiment uses stay here. */
  #host = new Map<string, WeightArray>();
  #loaded: Loaded | undefined;
  readonly #updates = new Map<string, number>();
  readonly #accumulated = new Map<string, number>();
  /** Slots that a step has written; the others are zero and not saved. */
  readonly #used = new Set<string>();

  constructor(experiment: Experiment, options: CompiledStepOptions) {
    this.#experiment = experiment;
    this.#options = options;
    this.#program = bindProgram(bindDims(experiment.step, new Map()), options.registry);
    this.#phases = schedulePhases(experiment);
    this.#specs = weightsOf(experiment);
    this.#scalarAt = scalarReader(this.#phases, options.registry);
    for (const spec of this.#specs.values()) {
      const value = valueOf(spec, options);
      this.#host.set(`weight:${spec.id}`, value);
      if (this.#isAveraged(spec.id)) this.#host.set(`ema:${spec.id}`, value);
    }
  }

  prepare(step: number): void {
    const { inputs } = this.#experiment.step;
    if (!inputs.every(({ shape }) => shape.every(isConcrete))) return;
    this.#load(Object.fromEntries(inputs.map(({ name, shape, dtype }) => [name, { shape: concreteShape(shape), dtype }])), activeSet(this.#experiment, this.#phases, step));
  }

  run(batch: Batch, step: number): StepOutcome {
    const set = activeSet(this.#experiment, this.#phases, step);
    const { session, sets } = this.#load(batch, set);
    const recorded = sets.get(set.key) as RecordedSet;
    if (recorded.report === undefined) return { terms: {}, gradientNorms: {}, learningRates: {}, totals: {} };
    const [report] = session.run(this.#feeds(recorded, batch, step), [recorded.report]);
    return this.#settle(set, recorded, report as Float32Array, batch, step);
  }

  weights(which: 'raw' | 'ema'): Weights {
    const state = this.#state((key) => key.startsWith('weight:') || (which === 'ema' && key.startsWith('ema:')));
    const of = (id: string): WeightArray => (which === 'ema' ? state.get(`ema:${id}`) : undefined) ?? (state.get(`weight:${id}`) as WeightArray);
    return new Map([...this.#specs.keys()].map((id) => [id, of(id)]));
  }

  save(): TrainState {
    const arrays = this.#state((key) => this.#isSaved(key));
    for (const [phase, count] of this.#accumulated) arrays.set(`slot:${counterSlot(phase)}`, { shape: [], data: Float32Array.of(count) });
    return { arrays, updates: Object.fromEntries(this.#updates) };
  }

  restore(state: TrainState): void {
    this.#unload();
    for (const key of [...this.#host.keys()]) if (key.startsWith('slot:')) this.#host.delete(key);
    this.#used.clear();
    this.#accumulated.clear();
    this.#updates.clear();
    for (const [key, array] of state.arrays) this.#restoreOne(key, array);
    for (const [phase, count] of Object.entries(state.updates)) this.#updates.set(phase, count);
  }

  dispose(): void {
    this.#loaded?.session.dispose();
    this.#loaded = undefined;
    this.#host.clear();
  }

  #restoreOne(key: string, array: WeightArray): void {
    const phase = this.#phases.find((p) => key === `slot:${counterSlot(p.plan.name)}`)?.plan.name;
    if (phase !== undefined) return void this.#accumulated.set(phase, (array.data as Float32Array)[0]);
    const [kind] = key.split(':', 1);
    const id = key.slice(kind.length + 1);
    const expected = kind === 'slot' ? array : this.#host.get(key);
    if (!expected) throw failure('run/checkpoint', `the checkpoint holds "${id}", which this experiment does not have`);
    if (expected.shape.join(',') !== array.shape.join(',')) throw failure('run/checkpoint', `"${id}" has shape [${array.shape.join(', ')}] in the checkpoint and [${expected.shape.join(', ')}] here`);
    this.#host.set(key, array);
    if (kind === 'slot') this.#used.add(key);
  }

  /** The graph for this batch and set: the one there is, or one written anew, for all sets. */
  #load(batch: Readonly<Record<string, Described>>, set: ActiveSet): Loaded {
    const fields = Object.fromEntries(Object.entries(batch).map(([name, { shape, dtype }]) => [name, { shape, dtype }] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
    const shapes = JSON.stringify(fields);
    if (this.#loaded?.shapes === shapes && this.#loaded.sets.has(set.key)) return this.#loaded;
    this.#unload();
    const state = [...this.#host].filter(([key]) => !key.startsWith('slot:')).map(([key, { shape }]) => [key, shape] as const);
    const source = { experiment: this.#experiment, registry: this.#options.registry, program: this.#program, phases: this.#phases, fields, state };
    const { session, chunks, sets } = openGraph(source, set, this.#options.cache);
    uploadVariables(chunks, session, (key) => this.#host.get(key));
    chunks.forEach(({ members }) => members.forEach(({ variable }) => this.#host.delete(variable.key)));
    collectGarbage();
    this.#loaded = { shapes, session, chunks, sets: new Map(sets) };
    return this.#loaded;
  }

  /** Takes the state back from the session. */
  #unload(): void {
    if (!this.#loaded) return;
    const { session, chunks } = this.#loaded;
    this.#host = new Map([...this.#host, ...downloadVariables(chunks, session, () => true)]);
    session.dispose();
    this.#loaded = undefined;
  }

  #state(wanted: (key: string) => boolean): Map<string, WeightArray> {
    const here = [...this.#host].filter(([key]) => wanted(key));
    return new Map(this.#loaded ? [...here, ...downloadVariables(this.#loaded.chunks, this.#loaded.session, wanted)] : here);
  }

  #feeds({ inputs, scalars, draws }: RecordedSet, batch: Batch, step: number): { value: RecordedSet['inputs'][string]; data: Float32Array | Int32Array | Uint8Array }[] {
    const clock: StepClock = { step, count: (phase) => (this.#updates.get(phase) ?? 0) + 1, accumulated: (phase) => this.#accumulated.get(phase) ?? 0 };
    return [
      ...Object.entries(inputs).map(([name, value]) => ({ value, data: batch[name].data })),
      ...scalars.map(({ value, source }) => ({ value, data: Float32Array.of(this.#scalarAt(source, clock)) })),
      ...draws.map(({ value, kind, path, purpose }) => ({ value, data: drawAt(kind, value.shape.reduce((a, b) => a * b, 1), this.#options.seed, path, purpose, step) })),
    ];
  }

  /** Reads the report, counts updates, and stops the run where something was not finite. */
  #settle(set: ActiveSet, recorded: RecordedSet, report: Float32Array, batch: Batch, step: number): StepOutcome {
    const outcome = { terms: {} as Record<string, number>, gradientNorms: {} as Record<string, number>, learningRates: {} as Record<string, number>, totals: {} as Record<string, number> };
    let at = 0;
    for (const active of set.phases) {
      const { phase, terms } = active;
      const { name, optimizer: { accumulate } } = phase.plan;
      const values = terms.map(() => report[at++]);
      const [total, norm] = [report[at++], report[at++]];
      const bad = terms.filter((_, i) => !Number.isFinite(values[i])).map((t) => t.plan.path);
      if (bad.length > 0) throw new NonFiniteError(step, name, bad, 'value');
      if (!Number.isFinite(norm)) throw new NonFiniteError(step, name, this.#culprits(active, batch, step), 'gradient');
      terms.forEach((t, i) => { outcome.terms[`${name}/${t.plan.path}`] = values[i]; });
      outcome.totals[name] = total;
      outcome.gradientNorms[name] = norm;
      outcome.learningRates[name] = phase.lr(step);
      const seen = ((this.#accumulated.get(name) ?? 0) + 1) % accumulate;
      if (accumulate > 1) this.#accumulated.set(name, seen);
      if (seen === 0) this.#updates.set(name, (this.#updates.get(name) ?? 0) + 1);
    }
    recorded.slots.forEach((key) => this.#used.add(key));
    return outcome;
  }

  /** Asks the eager engine, once the run is lost anyway. */
  #culprits({ phase, terms }: ActivePhase, batch: Batch, step: number): string[] {
    const weights = new StepWeights(this.#experiment, { seed: this.#options.seed, given: this.weights('raw') });
    const inputs = inputTensors(batch);
    try {
      const context = eagerContext(this.#experiment, this.#program, weights, this.#options.seed, step);
      return gradientCulprits(phase, terms, knownValues(phase, inputs, new Map()), context);
    } finally {
      weights.dispose();
      tf.dispose([...inputs.values()]);
    }
  }

  #isSaved(key: string): boolean {
    if (key.startsWith('slot:')) return this.#used.has(key);
    return key.startsWith('ema:') || !isWhollyFrozen(key.slice('weight:'.length), this.#experiment);
  }

  #isAveraged(id: string): boolean {
    return this.#experiment.train.ema[id.slice(0, id.indexOf('/'))] !== undefined;
  }
}
