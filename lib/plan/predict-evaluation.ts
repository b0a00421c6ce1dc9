import type { Tensor } from '@tensorflow/tfjs-core';
import { liveness } from '../compile/graph/liveness.ts';
import { foldedGraph, type FoldedGraph } from '../compile/predict/prediction.ts';
import { bindProgram } from '../compile/program.ts';
import { weightsOf } from '../compile/step/step-weights.ts';
import { tf } from '../engine/tf.ts';
import { bindDims, readDims } from '../ir/bind.ts';
import type { Experiment, PredictPlan } from '../ir/experiment.ts';
import { inputId } from '../ir/ir.ts';
import type { BuildContext } from '../registry/op.ts';
import { mapValues } from '../registry/map-values.ts';
import type { Registry } from '../registry/registry.ts';
import { concreteShape } from '../shape/shape.ts';
import { bytesOf } from './predict-memory.ts';

/** Pairs that an evaluation swaps at once. */
const PAIRS = 8;

const MIB = 2 ** 20;

/** Resident memory of a process that has loaded TensorFlow and measured swaps with the face networks that ship: from the peak of one small evaluation. */
const LOADED = 880 * MIB;

/**
 * Predicts the peak resident memory of a run's evaluation, in bytes; 0 where nothing is evaluated. The folded graph of `predict` is recorded and
 * walked as training's is. Needs a native engine.
 */
export function predictEvaluation(experiment: Experiment, registry: Registry): number {
  const { predict, evaluate } = experiment;
  if (!predict || evaluate.metrics.length === 0) return 0;
  const folded = evaluationGraph(predict, registry);
  const outputs = [...folded.outputs.values()];
  const walks = [...outputs, ...(folded.loaded ? [folded.loaded] : [])].map((value) => liveness(folded.nodes, value.node).peak);
  const all = bytesOf([...weightsOf(experiment).values()].map((w) => concreteShape(w.shape)));
  const held = bytesOf(predict.graph.weights.map((w) => concreteShape(w.shape)));
  // All of the run's weights are in JavaScript, those that predict as tensors too; what is folded of them is in the walk.
  return LOADED + all + held + Math.max(...walks);
}

function evaluationGraph({ graph }: PredictPlan, registry: Registry): FoldedGraph {
  const inputs = Object.fromEntries(graph.inputs.map(({ name, shape, dtype }) => [name, { shape: [PAIRS, ...concreteShape(shape.slice(1))], dtype }]));
  const bound = bindDims(graph, readDims(graph, mapValues(inputs, ({ shape }) => shape)));
  const program = bindProgram(bound, registry);
  const context: BuildContext = { statistics: 'stored', training: false, recordStatistic: () => undefined, random: (_kind, shape) => tf.zeros([...shape]) };
  const weights = new Map(bound.weights.map((w) => [w.id, { shape: concreteShape(w.shape), dtype: 'float32' as const }]));
  return foldedGraph(inputs, weights, (given, held) => {
    const wanted = Object.values(bound.outputs).flat();
    const known = new Map(Object.entries(given).map(([name, t]) => [inputId(name), t]));
    const values = program.evaluate(wanted, known, { weight: (id) => held.get(id) as Tensor, context: () => context });
    return Object.fromEntries(values);
  });
}
