import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { bindDims, hasSymbolicAttributes, readDims } from '../ir/bind.ts';
import { inputId, type IrGraph, type IrNode, type ValueId } from '../ir/ir.ts';
import { failure } from '../diagnostics/failure.ts';
import type { BuildContext } from '../registry/op.ts';
import type { Registry } from '../registry/registry.ts';
import type { Weights } from '../weights/weights.ts';
import type { PredictPrecision } from './predict/prediction.ts';
import { Predictions } from './predict/predictions.ts';
import { drawAt } from './random.ts';
import { initialWeight } from './initial-weights.ts';
import { bindProgram, type Program } from './program.ts';
import type { Run } from './run.ts';
import { refuseMixedPrediction } from './step/refuse-mixed.ts';

export interface CompileOptions {
  readonly registry: Registry;
  /** Keys every initial weight and every draw. Default 0. */
  readonly seed?: number;
  /** Weights by id; those left out start from the seed. */
  readonly weights?: Weights;
  /** `false`: weights are plain tensors that no gradient reaches. Default true. */
  readonly trainable?: boolean;
  /** `true`: predicts op by op on native engines too. Default false. */
  readonly eager?: boolean;
  /** What `predict` computes in; `call`, which gradients flow through, is float32 always. Refused op by op. Default float32. */
  readonly precision?: PredictPrecision;
}

export interface CallOptions {
  /** Batch moments and active dropout; default false: stored statistics. */
  readonly training?: boolean;
  /** Keys random draws. */
  readonly step?: number;
}

/** The back end of native engines; others run op by op. */
const NATIVE_BACKEND = 'tensorflow';

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A graph with its weights, ready to run. `call` is a plain differentiable function of tensors: use it in a training loop of your
 * own, with `variables` as what an optimiser updates.
 */
export interface Model {
  readonly graph: IrGraph;
  /** All weights by id. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** The trainable ones. */
  readonly variables: readonly Variable[];
  /** Outputs by name (`name.0`, … for lists); call inside `tf.tidy` or a gradient. */
  call(inputs: Tensors, options?: CallOptions): Record<string, Tensor>;
  /**
   * The same values with stored statistics, tidied: only the outputs stay, and no gradient flows through it. On native engines one
   * folded graph per input shape computes them (docs/guide/prediction.md), by the weights as they are at the call.
   */
  predict(inputs: Tensors): Record<string, Tensor>;
  dispose(): void;
}

/**
 * Phase 7, eager: a model whose weights are drawn from the seed. Letters in weight shapes must be bound (`dims` of `loadGraph`).
 * @throws DiagnosticError `step/precision` where mixed precision is asked for and predictions run op by op
 */
export function compileModel(graph: IrGraph, options: CompileOptions): Model {
  const precision = options.precision ?? 'float32';
  const predictsWhole = (): boolean => {
    const whole = options.eager !== true && tf.getBackend() === NATIVE_BACKEND;
    if (!whole) refuseMixedPrediction({ name: graph.name, precision });
    return whole;
  };
  predictsWhole();
  const weights = makeWeights(graph, options);
  const programs = programCache(graph, options.registry);
  const evaluate = (inputs: Tensors, held: ReadonlyMap<string, Tensor>, callOptions: CallOptions): Record<string, Tensor> => {
    const known = new Map<ValueId, Tensor>(graph.inputs.map((i) => [inputId(i.name), inputs[i.name]]));
    const values = programs(inputs).evaluate(Object.values(graph.outputs).flat(), known, modelRun(held, options.seed ?? 0, callOptions));
    return namedOutputs(graph, values);
  };
  const predictions = new Predictions((inputs, held) => evaluate(inputs, held, {}), weights, precision);
  return {
    graph, weights,
    call: (inputs, callOptions = {}) => evaluate(inputs, weights, callOptions),
    variables: graph.weights.filter((w) => w.trainable && options.trainable !== false).map((w) => weights.get(w.id) as Variable),
    predict(inputs) {
      const given = Object.fromEntries(graph.inputs.filter(({ name }) => name in inputs).map(({ name }) => [name, inputs[name]]));
      programs(given);
      return predictsWhole() ? predictions.predict(given) : tf.tidy(() => evaluate(given, weights, {}));
    },
    dispose() {
      predictions.dispose();
      weights.forEach((w) => w.dispose());
    },
  };
}

function makeWeights(graph: IrGraph, options: CompileOptions): Map<string, Tensor> {
  const out = new Map<string, Tensor>();
  for (const weight of graph.weights) {
    const given = options.weights?.get(weight.id);
    const { shape, data } = given ?? initialWeight(weight, options.seed ?? 0);
    const expected = weight.shape.join(',');
    if (shape.join(',') !== expected) throw failure('run/weights', `the weight "${weight.id}": expected [${expected}], received [${shape.join(',')}]`);
    const value = tf.tensor(data, [...shape], 'float32');
    const variable = weight.trainable && options.trainable !== false;
    out.set(weight.id, variable ? tf.variable(value, true) : value);
    if (variable) value.dispose();
  }
  return out;
}

/** One bound program; one per input size where attributes or assumptions depend on it. */
function programCache(graph: IrGraph, registry: Registry): (inputs: Tensors) => Program {
  const sized = hasSymbolicAttributes(graph) || graph.assumptions.length > 0;
  const bound = new Map<string, Program>();
  return (inputs) => {
    const dims = readDims(graph, Object.fromEntries(Object.entries(inputs).map(([name, t]) => [name, t.shape])));
    const key = sized ? JSON.stringify([...dims]) : 'any size';
    const program = bound.get(key) ?? bindProgram(bindDims(graph, dims), registry);
    bound.set(key, program);
    return program;
  };
}

function modelRun(weights: ReadonlyMap<string, Tensor>, seed: number, options: CallOptions): Run {
  const context = (node: IrNode): BuildContext => ({
    statistics: options.training ? 'batch' : 'stored', training: options.training === true,
    // A model called in a caller's own loop keeps its stored statistics; the training loop of the library moves them.
    recordStatistic: () => {},
    random: (kind, shape, purpose = '') => tf.tensor(drawAt(kind, shape.reduce((a, b) => a * b, 1), seed, node.path, purpose, options.step ?? 0), [...shape]),
  });
  return {
    context,
    weight(id) {
      const value = weights.get(id);
      if (!value) throw new Error(`the model has no weight ${id}`);
      return value;
    },
  };
}

function namedOutputs(graph: IrGraph, values: ReadonlyMap<ValueId, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(graph.outputs).flatMap(([name, ids]) =>
    ids.map((id, i) => [ids.length === 1 ? name : `${name}.${i}`, values.get(id) as Tensor])));
}
