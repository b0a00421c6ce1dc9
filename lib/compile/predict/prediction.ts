import type { Tensor } from '@tensorflow/tfjs-core';
import { computesOnProcessor } from '../../engine/processor.ts';
import { tf } from '../../engine/tf.ts';
import type { Experiment } from '../../ir/experiment.ts';
import { DTYPE, Graph, type GraphNode, type Value } from '../graph/graph.ts';
import { record } from '../graph/recorder.ts';
import { Session } from '../graph/session.ts';
import { mixedPrediction } from './mixed-prediction.ts';
import { rewrite } from './rewriter.ts';
import { winogradForm } from './rules/convolutions.ts';
import { foldingRules } from './rules/index.ts';
import { keepInVariables } from './weight-variables.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/** What recording takes of a tensor. */
type Described = Pick<Tensor, 'shape' | 'dtype'>;

/** What a prediction computes in; inputs, weights and outputs are float32 in both. */
export type PredictPrecision = Experiment['precision'];

/** A function of tensors as a graph in which weights are folded, for inputs of one shape. */
export interface FoldedGraph {
  readonly nodes: readonly GraphNode[];
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<string, Value>;
  /** Placeholders of the weights that the function reads, by id. */
  readonly weights: ReadonlyMap<string, Value>;
  /** Fetched once for every state of the weights. */
  readonly loaded: Value | undefined;
  readonly outputs: ReadonlyMap<string, Value>;
}

/**
 * Records `body` with placeholders for inputs and weights, and folds: batch normalisation with stored statistics into the kernels
 * and biases before it, whatever depends on weights alone into variables; what no output needs is left out; large
 * convolutions take Winograd's form (`winograd`). In mixed precision what then runs at every prediction is `mixedPrediction`.
 */
export function foldedGraph(inputs: Readonly<Record<string, Described>>, weights: ReadonlyMap<string, Described>, body: (inputs: Tensors, weights: ReadonlyMap<string, Tensor>) => Tensors, precision: PredictPrecision = 'float32'): FoldedGraph {
  const source = new Graph();
  const placeholder = (name: string, { shape, dtype }: Described): Value => source.placeholder(name, { dtype: DTYPE[dtype as 'float32'], shape });
  const given = new Map(Object.entries(inputs).map(([name, t], i) => [name, placeholder(`input${i}`, t)]));
  const held = new Map([...weights].map(([id, t], i) => [id, placeholder(`weight${i}`, t)]));
  const outputs = record(source, ({ tensor, value }) => {
    const symbols = new Map([...held].map(([id, v]) => [id, tensor(v)]));
    const results = body(Object.fromEntries([...given].map(([name, v]) => [name, tensor(v)])), symbols);
    return Object.entries(results).map(([name, t]) => [name, value(t)] as const);
  });
  const names = new Set([...held.values()].map((v) => v.node));
  const small = rewrite(source, outputs.map(([, v]) => v), names, foldingRules);
  const dtype = precision === 'float32' ? DTYPE.float32 : DTYPE.bfloat16;
  const folded = computesOnProcessor() ? rewrite(small.graph, small.outputs, names, [winogradForm(dtype)]) : small;
  // Neither a placeholder nor a variable can be fetched itself.
  const fetched = folded.outputs.map((v, i) => folded.graph.one('Identity', [v], { T: { type: v.dtype } }, v, { name: `output${i}` }));
  const isKept = (v: Value): boolean => v.constant === undefined && v.dtype === DTYPE.float32 && folded.isFixed(v);
  const predicting = keepInVariables(folded.graph, fetched, isKept);
  return {
    nodes: precision === 'float32' ? predicting.nodes : mixedPrediction(predicting, fetched), graph: folded.graph, loaded: predicting.loaded, inputs: given,
    weights: new Map([...held].filter(([, v]) => predicting.weights.has(v.node))),
    outputs: new Map(outputs.map(([name], i) => [name, fetched[i]])),
  };
}

/** A folded graph in a session, with the weights it was last run with. */
export class Prediction {
  readonly #folded: FoldedGraph;
  /** The inputs that the graph still reads. */
  readonly #inputs: readonly (readonly [name: string, Value])[];
  readonly #session: Session;
  /** What the variables were folded from: an assignment to a variable gives it another `dataId`. */
  #state: readonly object[] | undefined;

  constructor(folded: FoldedGraph) {
    this.#folded = folded;
    const present = new Set(folded.nodes.map((n) => n.name));
    this.#inputs = [...folded.inputs].filter(([, v]) => present.has(v.node));
    this.#session = new Session(folded.nodes);
  }

  /** Runs it; folds the weights anew where one of them has changed. */
  run(inputs: Tensors, weights: ReadonlyMap<string, Tensor>): Record<string, Tensor> {
    const { outputs } = this.#folded;
    this.#load(weights);
    const feeds = new Map(this.#inputs.map(([name, v]) => [v, inputs[name]]));
    const results = this.#session.runTensors(feeds, [...outputs.values()]);
    return Object.fromEntries([...outputs.keys()].map((name, i) => [name, results[i]]));
  }

  dispose(): void {
    this.#session.dispose();
  }

  #load(weights: ReadonlyMap<string, Tensor>): void {
    const { loaded, weights: placeholders } = this.#folded;
    if (!loaded) return;
    const tensors = new Map([...placeholders].map(([id, v]) => [v, weights.get(id) as Tensor]));
    const state = [...tensors.values()].map((t) => t.dataId);
    if (this.#state?.every((dataId, i) => dataId === state[i])) return;
    this.#state = undefined;
    tf.dispose(this.#session.runTensors(tensors, [loaded]));
    this.#state = state;
  }
}

/** What graphs of one shape have in common. */
export const shapeKey = (inputs: Tensors): string => JSON.stringify(Object.entries(inputs).map(([name, t]) => [name, t.dtype, t.shape]).sort());

