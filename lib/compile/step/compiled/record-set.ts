import type { NamedTensorMap, Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tf.ts';
import type { Experiment } from '../../../ir/experiment.ts';
import { inputId, type IrWeight, type ValueId } from '../../../ir/ir.ts';
import { globalNorm } from '../../../optimizers/clip.ts';
import { mapValues } from '../../../registry/map-values.ts';
import type { NativeUpdate } from '../../../registry/optimizer.ts';
import type { Registry } from '../../../registry/registry.ts';
import type { Program } from '../../program.ts';
import { DTYPE, type Graph, type Value } from '../../graph/graph.ts';
import { record } from '../../graph/recorder.ts';
import type { GraphVariables } from '../../graph/variables.ts';
import { disposeForward, forwardPhase, knownValues, reusedLater, type Forward, type ForwardContext } from '../forward.ts';
import { movedAverage, movedStatistic } from '../moving.ts';
import { phaseOptimizer, type PhaseOptimizer } from '../optimise.ts';
import type { PhaseSchedule } from '../plan.ts';
import type { BatchField } from '../step-engine.ts';
import { sumSlot } from '../update.ts';
import type { ActivePhase, ActiveSet } from './active-set.ts';
import { allFinite, both, Guard, pack } from './guard.ts';
import { Symbols, type DrawFeed, type FeedNames, type ScalarFeed } from './symbols.ts';

/** What all sets of one graph share. */
export interface StepGraph {
  readonly experiment: Experiment;
  readonly registry: Registry;
  readonly program: Program;
  readonly phases: readonly PhaseSchedule[];
  readonly specs: ReadonlyMap<string, IrWeight>;
  readonly graph: Graph;
  readonly variables: GraphVariables;
  readonly names: FeedNames;
  /** Shapes and dtypes of the batch. */
  readonly fields: Readonly<Record<string, Pick<BatchField, 'shape' | 'dtype'>>>;
}

/** A recorded step of one active set: what to feed, what to fetch, and what it means. */
export interface RecordedSet {
  readonly inputs: Readonly<Record<string, Value>>;
  readonly scalars: readonly ScalarFeed[];
  readonly draws: readonly DrawFeed[];
  /** One vector: for each phase the values of its terms, the total, the gradient norm. */
  readonly report: Value | undefined;
  /** Keys of the slots it uses. */
  readonly slots: readonly string[];
}

/** Records the whole step of one active set into the graph: forward passes, gradients, updates. */
export function recordSet(step: StepGraph, set: ActiveSet): RecordedSet {
  return record(step.graph, (recording) => {
    const symbols = new Symbols(recording, step.variables, step.names);
    const recorder = new SetRecorder(step, symbols);
    try {
      return recorder.record(set);
    } finally {
      symbols.dispose();
    }
  });
}

class SetRecorder {
  readonly #step: StepGraph;
  readonly #symbols: Symbols;
  readonly #kept = new Map<ValueId, Tensor>();
  readonly #report: Value[] = [];
  readonly #done: string[] = [];
  readonly #slots = new Set<string>();
  /** Whether all phases so far were finite. */
  #sound: Value | undefined;

  constructor(step: StepGraph, symbols: Symbols) {
    this.#step = step;
    this.#symbols = symbols;
  }

  record(set: ActiveSet): RecordedSet {
    const { graph, fields } = this.#step;
    const inputs = Object.fromEntries(Object.entries(fields).map(([name, f]) => [name, graph.placeholder(`input_${name.replace(/\W/g, '_')}`, { dtype: DTYPE[f.dtype], shape: f.shape })]));
    const tensors = new Map(Object.entries(inputs).map(([name, value]) => [inputId(name), this.#symbols.tensor(value)]));
    for (const active of set.phases) this.#phase(active, tensors);
    for (const model of set.averaged) this.#averages(model, set);
    tf.dispose([...this.#kept.values()]);
    const report = this.#done.length === 0 ? undefined : this.#reportNode();
    return { inputs, scalars: [...this.#symbols.scalars.values()], draws: [...this.#symbols.draws.values()], report, slots: [...this.#slots] };
  }

  #reportNode(): Value {
    const { graph } = this.#step;
    const values = this.#report.length > 0 ? this.#report : [graph.constant({ dtype: DTYPE.float32, shape: [], data: new Float32Array(1) })];
    const packed = pack(graph, values);
    return graph.one('Identity', [packed], { T: { type: DTYPE.float32 } }, packed, { after: this.#done });
  }

  #phase({ phase, terms }: ActivePhase, inputs: ReadonlyMap<ValueId, Tensor>): void {
    const forward = forwardPhase(phase, terms, knownValues(phase, inputs, this.#kept), reusedLater(phase, this.#step.phases, this.#kept), this.#context());
    forward.kept.forEach((t, id) => this.#kept.set(id, t));
    const { graph } = this.#step;
    const norm = this.#symbols.value(globalNorm(Object.values(forward.gradients)));
    const values = terms.map((t) => this.#symbols.value(forward.values.get(t.plan.path) as Tensor));
    this.#report.push(...values, this.#symbols.value(forward.total), norm);
    this.#sound = allFinite(graph, [...values, norm], this.#sound);
    const guard = new Guard(graph, this.#sound);
    this.#update(phase, forward, guard);
    this.#statistics(forward, guard);
    disposeForward(forward);
  }

  #context(): ForwardContext {
    const symbols = this.#symbols;
    return {
      experiment: this.#step.experiment,
      program: this.#step.program,
      weight: (id) => symbols.state(`weight:${id}`),
      termWeight: (term, phase) => symbols.scalar(`weight ${phase.plan.name}/${term.plan.path}`, { kind: 'term', phase: phase.plan.name, path: term.plan.path }),
      random: (kind, shape, path, purpose) => symbols.draw(kind, shape, path, purpose),
      hold: (tensor, after) => symbols.hold(tensor, after),
    };
  }

  #update(phase: PhaseSchedule, { gradients }: Forward, guard: Guard): void {
    const effects: string[] = [];
    const optimizer = phaseOptimizer(phase, this.#step.registry);
    const averaged = phase.plan.optimizer.accumulate === 1 ? { gradients, guard } : this.#accumulated(phase, gradients, guard);
    for (const [id, gradient] of Object.entries(optimizer.clip(averaged.gradients))) effects.push(...this.#updateOne(phase, id, gradient, optimizer, averaged.guard));
    this.#done.push(averaged.guard.done(effects));
  }

  /** Sums over batches; a guard that holds at the last of them. */
  #accumulated(phase: PhaseSchedule, gradients: NamedTensorMap, guard: Guard): { readonly gradients: NamedTensorMap; readonly guard: Guard } {
    const { plan: { name, optimizer: { accumulate } } } = phase;
    const { graph } = this.#step;
    const keep = this.#symbols.scalar(`keep ${name}`, { kind: 'keep', phase: name });
    const last = this.#symbols.scalar(`last ${name}`, { kind: 'last', phase: name });
    const effects: string[] = [];
    const means = Object.entries(gradients).map(([id, gradient]) => {
      const key = `slot:${sumSlot(name, id)}`;
      this.#declareSlot(key, gradient.shape);
      const sum = tf.add(tf.mul(this.#symbols.hold(this.#symbols.state(key), [gradient]), keep), gradient);
      effects.push(this.#assign(key, this.#symbols.value(sum), guard));
      return [id, tf.div(sum, accumulate)];
    });
    this.#done.push(guard.done(effects));
    return { gradients: Object.fromEntries(means) as NamedTensorMap, guard: new Guard(graph, both(graph, guard.condition, this.#symbols.value(tf.greater(last, 0)))) };
  }

  #updateOne(phase: PhaseSchedule, id: string, gradient: Tensor, optimizer: PhaseOptimizer, guard: Guard): string[] {
    const { name } = phase.plan;
    const symbols = this.#symbols;
    const weight = symbols.state(`weight:${id}`);
    const keys = mapValues(optimizer.slots(id), (key) => `slot:${key}`);
    Object.values(keys).forEach((key) => this.#declareSlot(key, weight.shape));
    const scalars = mapValues(optimizer.scalars(id, 1, 0), (_, scalar) =>
      symbols.scalar(`${scalar} ${name} ${optimizer.group(id)}`, { kind: 'optimizer', phase: name, weight: id, scalar }) as Scalar);
    const native = optimizer.native(id);
    if (native) return [this.#applyNative(native, `weight:${id}`, keys, scalars, gradient, guard)];
    // State passes too: what is computed from it alone would else run when the step begins, and lie in memory until the gradient is there.
    const behind = (tensor: Tensor): Tensor => symbols.tensor(guard.pass(symbols.value(tensor)));
    const out = optimizer.update(id, { weight: behind(weight), gradient: behind(gradient), slots: mapValues(keys, (key) => behind(symbols.state(key))), scalars });
    const effects = Object.entries(out.slots).map(([slot, value]) => this.#assign(keys[slot], symbols.value(value), guard));
    return [...effects, this.#assign(`weight:${id}`, symbols.value(out.weight), guard)];
  }

  /** Changes a weight and its slots in place; later in the step the weight is read again. TensorFlow copies a variable that somebody still reads. */
  #applyNative({ op, slots, numbers, attributes, before }: NativeUpdate, key: string, keys: Readonly<Record<string, string>>, scalars: Readonly<Record<string, Scalar>>, gradient: Tensor, guard: Guard): string {
    const { graph } = this.#step;
    const symbols = this.#symbols;
    const [weight, ...states] = [key, ...slots.map((slot) => keys[slot])].map((k) => symbols.variable(k));
    const inputs = [weight.handle, ...states.map((s) => s.handle), ...numbers(scalars).map((n) => symbols.value(n)), guard.pass(symbols.value(gradient))];
    const flags = Object.fromEntries(Object.entries(attributes).map(([name, flag]) => [name, { flag }]));
    const changed = before && before(symbols.tensor(guard.pass(symbols.value(symbols.state(key)))), scalars);
    const first = changed ? [this.#step.variables.assign(weight, symbols.value(changed))] : [];
    const name = `apply${graph.nodes.length}`;
    graph.add(op, inputs, { T: { type: DTYPE.float32 }, ...flags }, [], { name, effect: true, after: [weight.read.node, ...first] });
    const fresh = graph.one('ReadVariableOp', [weight.handle], { dtype: { type: DTYPE.float32 } }, weight.read, { after: [name] });
    symbols.setState(key, guard.choose(symbols.value(symbols.state(key)), fresh));
    return name;
  }

  #statistics({ moments }: Forward, guard: Guard): void {
    const effects = [...moments].map(([id, seen]) => {
      const momentum = this.#step.specs.get(id)?.momentum as number;
      return this.#assign(`weight:${id}`, this.#symbols.value(movedStatistic(this.#symbols.state(`weight:${id}`), seen, momentum)), guard);
    });
    if (effects.length > 0) this.#done.push(guard.done(effects));
  }

  #averages(model: string, set: ActiveSet): void {
    const { specs, experiment: { train } } = this.#step;
    const guard = this.#averageGuard(model, set);
    this.#done.push(guard.done([...specs.values()].filter(({ id }) => id.startsWith(`${model}/`)).map(({ id, trainable }) => {
      const weight = this.#symbols.state(`weight:${id}`);
      const moved = movedAverage(this.#symbols.hold(this.#symbols.state(`ema:${id}`), [weight]), weight, train.ema[model], trainable);
      return this.#assign(`ema:${id}`, this.#symbols.value(moved), guard);
    })));
  }

  /** Holds where the step was finite and updates the model: not before the last of accumulated batches. */
  #averageGuard(model: string, set: ActiveSet): Guard {
    const { graph } = this.#step;
    const plans = set.phases.map((p) => p.phase.plan).filter((p) => p.update.includes(model));
    const sound = this.#sound as Value;
    if (plans.some((p) => p.optimizer.accumulate === 1)) return new Guard(graph, sound);
    const updates = this.#symbols.scalar(`update ${model}`, { kind: 'update', phases: plans.map((p) => p.name) });
    return new Guard(graph, both(graph, sound, this.#symbols.value(tf.greater(updates, 0))));
  }

  #declareSlot(key: string, shape: readonly number[]): void {
    this.#step.variables.declare(key, shape);
    this.#slots.add(key);
  }

  /** Overwrites a state array behind a guard; what reads it later in the step sees the new value. */
  #assign(key: string, value: Value, guard: Guard): string {
    const fresh = guard.pass(value);
    const old = this.#symbols.value(this.#symbols.state(key));
    this.#symbols.setState(key, guard.choose(old, fresh));
    return this.#step.variables.assign(this.#symbols.variable(key), fresh);
  }
}
